/**
 * The name of an option in a message. It stands between NUL characters, which no path and no text of a user has, so that a
 * program that calls it otherwise can tell it from the rest.
 */
export function option(name: string): string {
  return `\0${name}\0`;
}

/** A message without the marks around names of options. */
export function plainText(template: string): string {
  return template.replaceAll('\0', '');
}

/** A step cannot do what was asked; the message says what is wrong, what was found and what to do. */
export class PipelineError extends Error {
  override name = 'PipelineError';
  readonly code: string = 'ERR_PIPELINE';
  /** The message with the names of options between NUL characters, for programs that call them otherwise. */
  readonly template: string;

  /** @param template the message; names of options as {@link option} gives them */
  constructor(template: string) {
    super(plainText(template));
    this.template = template;
  }
}

/** Options that make no sense together. */
export class InvalidOptionsError extends PipelineError {
  override name = 'InvalidOptionsError';
  override readonly code: string = 'ERR_INVALID_OPTIONS';
}

/** What was asked for would take away something that people rely on: it needs their consent. */
export class NeedsConsentError extends PipelineError {
  override name = 'NeedsConsentError';
  override readonly code: string = 'ERR_NEEDS_CONSENT';
}
