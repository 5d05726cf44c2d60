/** What `undoLastChange` did. */
export interface UndoneChange {
  /** The operation that was taken back. */
  operation: string;
  /** When it was done (ISO 8601); null for one that was interrupted. */
  at: string | null;
  /** Paths that were brought back, below the output. */
  restored: string[];
  /** Paths that the change had made, and that are gone now. */
  removed: string[];
  /** Folders that the change had made and that stay, since there is something else in them now. */
  kept: string[];
  /** How many changes can still be taken back. */
  left: number;
}
