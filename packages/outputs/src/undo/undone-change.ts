/** What `undoLastChange` did. */
export interface UndoneChange {
  /** The operation that was undone. */
  operation: string;
  /** When it was done (ISO 8601); null for one that was interrupted. */
  at: string | null;
  /** Paths that were restored, below the output. */
  restored: string[];
  /** Paths that the change had made, and that were removed. */
  removed: string[];
  /** Folders that the change had made and that were kept, since they contain other files now. */
  kept: string[];
  /** How many changes can still be undone. */
  left: number;
}
