/** `ENOENT` and its like, or the message of anything thrown, for a one-line report. */
export function errorText(error: unknown): string {
  if (error instanceof Error) return error.message.split('\n')[0];
  return String(error);
}

/** The `code` of a Node.js system error (`'ENOENT'`), or undefined. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
