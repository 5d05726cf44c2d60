import { tell } from './terminal.js';

/** What was warned of since the command line began to run. */
const warned: string[] = [];

/** Warns on standard error, once of the same, and in the JSON of the result. */
export function warn(text: string): void {
  if (warned.includes(text)) return;
  warned.push(text);
  tell(`Warning: ${text}`);
}

/** All that was warned of since the last call. */
export function takeWarnings(): string[] {
  return warned.splice(0);
}
