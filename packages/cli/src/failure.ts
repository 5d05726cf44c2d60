import { withHint } from './hints.js';

/** Arguments that make no sense together; shown as one line. Exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** A text of a step, in which names of options stand between NUL characters, as the command line calls them: `--min-faces`. */
export function inFlags(template: string): string {
  return template.replace(
    /\0(\w+)\0/g,
    (_, name: string) => `--${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`,
  );
}

/**
 * The line a person reads when a command fails: the message's first line, with system errors put into words and the
 * command that helps.
 */
export async function failureLine(error: unknown): Promise<string> {
  if (!(error instanceof Error)) return String(error);
  const { template } = error as { template?: unknown };
  // An error of a step; the class itself would load all steps.
  const [line] = (typeof template === 'string' ? inFlags(template) : error.message).split('\n', 1);
  // Those come from steps, which are loaded then.
  const inWords = 'syscall' in error ? (await import('@face-sets/pipeline')).systemErrorLine(error) : null;
  return inWords ?? withHint(line!, error);
}
