/** A decision log is invalid: a line is not a decision, or refers to an unknown one. */
export class DecisionLogError extends Error {
  override readonly name = 'DecisionLogError';
  /** Stable, for programs. */
  readonly code = 'ERR_DECISION_LOG';
}

/** A people file is invalid. */
export class PeopleFileError extends Error {
  override readonly name = 'PeopleFileError';
  /** Stable, for programs. */
  readonly code = 'ERR_PEOPLE_FILE';
}
