import { readFileSync } from 'node:fs';

/** What caches record as the program that made them. */
export const TOOL = `face-sets ${
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version as string
}`;
