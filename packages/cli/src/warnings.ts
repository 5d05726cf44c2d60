import { tell } from './terminal.js';

/** Warnings so far. */
const warned: string[] = [];

/** Warns on standard error, only once for the same text, and in the JSON result. */
export function warn(text: string): void {
  if (warned.includes(text)) return;
  warned.push(text);
  tell(`Warning: ${text}`);
}

/** The warnings since the last call. */
export function takeWarnings(): string[] {
  return warned.splice(0);
}
