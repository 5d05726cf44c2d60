/** A text as one line without control characters, as a name has to be; null where nothing is left. */
export function oneLine(text: string): string | null {
  const line = text.replace(/\p{Cc}+/gu, ' ').trim();
  return line === '' ? null : line;
}
