/** A text without the braces around names of options: `{link} is …` → `link is …`. */
export function plainText(template: string): string {
  return template.replace(/\{(\w+)\}/g, '$1');
}

/** A step cannot do what it was asked for; the message says what is wrong, what was found and what to do. */
export class PipelineError extends Error {
  override name = 'PipelineError';
  readonly code: string = 'ERR_PIPELINE';
  /** The message with the names of options in braces, for programs that call them otherwise. */
  readonly template: string;

  /** @param template the message; names of options in braces */
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
