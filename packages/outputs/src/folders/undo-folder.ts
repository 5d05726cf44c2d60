/** What `undo` needs to take changes back, in the folder of an output. */
export const UNDO_FOLDER = '.face-sets-undo';
