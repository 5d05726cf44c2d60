import type { Decision } from './decision.js';

/** A decision contradicts those in force. */
export class ContradictionError extends Error {
  override readonly name = 'ContradictionError';
  /** Stable, for programs. */
  readonly code = 'ERR_CONTRADICTION';
  /** The decisions in force that it contradicts. */
  readonly decisions: readonly Decision[];

  constructor(message: string, decisions: readonly Decision[]) {
    super(message);
    this.decisions = decisions;
  }
}
