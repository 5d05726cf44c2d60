import type { Decision } from './decision.js';

/** Something was said that cannot hold together with what is in force. */
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
