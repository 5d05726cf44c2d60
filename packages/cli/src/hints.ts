/** What an error or a warning of a step carries. */
type Told = Readonly<Record<string, unknown>>;

/** The command or option that helps with an error or a warning of a step, by its code: steps do not know them. */
const HINTS: Readonly<Record<string, (about: Told) => string | null>> = {
  ERR_CACHE_NOT_FOUND: () => 'face-sets embed SRC… CACHE',
  ERR_CONTRADICTION: ({ decisions }) =>
    `face-sets people undo OUT ${(decisions as { id: string }[]).map(({ id }) => id).join(' ')}`,
  // Without a pack, a folder was named that is not there.
  ERR_MODELS_NOT_FOUND: ({ pack }) => (pack ? `face-sets models pull ${pack}, or --models DIR` : null),
  WARN_FOREIGN_THRESHOLDS: () => 'face-sets calibrate CACHE finds a threshold for your photos',
  WARN_NOT_ENRICHED: () => 'face-sets enrich CACHE lists them',
};

/** A line on an error or a warning, with the command that helps where there is one: `… (face-sets embed SRC… CACHE)`. */
export function withHint(line: string, about: object): string {
  const { code } = about as { code?: unknown };
  const hint = typeof code === 'string' && Object.hasOwn(HINTS, code) ? HINTS[code]!(about as Told) : null;
  return hint === null ? line : `${line} (${hint})`;
}
