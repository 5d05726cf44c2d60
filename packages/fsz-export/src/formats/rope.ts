import { firstLine } from '../names/name-text.js';
import type { CollectionFormat, NamedEmbedding } from './format.js';
import { INSWAPPER_RECOGNIZER } from './recognizer.js';

/** Rope's embeddings file (https://github.com/Hillobar/Rope, `merged_embeddings.txt`): one text for all people. */
export const rope: CollectionFormat<'rope'> = {
  name: 'rope',
  per: 'collection',
  help: "all people's embeddings in one text file",
  tools: ['Rope', 'Rope Next', 'Rope Pearl'],
  examples: ['merged_embeddings.txt'],
  needs: { recognizer: INSWAPPER_RECOGNIZER },
  file: 'merged_embeddings.txt',
  encode: ropeText,
};

/**
 * The content of Rope's `merged_embeddings.txt`: for each person a line `Name: …`, then one number on each line. Rope
 * counts lines, so a name takes exactly one.
 */
export function ropeText(people: readonly NamedEmbedding[]): string {
  return people
    .map(({ name, embedding }) => `Name: ${firstLine(name) ?? ''}\n${Array.from(embedding).join('\n')}\n`)
    .join('');
}
