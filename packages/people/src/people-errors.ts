/** A decision log could not be understood: a line is no decision, or refers to one that is not there. */
export class DecisionLogError extends Error {
  override readonly name = 'DecisionLogError';
  /** Stable, for programs. */
  readonly code = 'ERR_DECISION_LOG';
}

/** A people file could not be understood. */
export class PeopleFileError extends Error {
  override readonly name = 'PeopleFileError';
  /** Stable, for programs. */
  readonly code = 'ERR_PEOPLE_FILE';
}
