import { firstLine } from '../names/name-text.js';
import type { CollectionFormat, NamedEmbedding } from './format.js';
import { INSWAPPER_RECOGNIZER } from './recognizer.js';

/** VisoMaster's embeddings file (https://github.com/visomaster/VisoMaster): one JSON list for all people. */
export const visomaster: CollectionFormat<'visomaster'> = {
  name: 'visomaster',
  per: 'collection',
  help: "all people's embeddings in one JSON file",
  tools: ['VisoMaster', 'VisoMaster Fusion'],
  examples: ['visomaster_embeddings.json'],
  needs: { recognizer: INSWAPPER_RECOGNIZER },
  file: 'visomaster_embeddings.json',
  encode: visomasterJson,
};

/** The content of VisoMaster's embeddings file: names, each with its embedding for the swapper that takes it. */
export function visomasterJson(people: readonly NamedEmbedding[]): string {
  const entries = people.map(({ name, embedding }) => ({
    name: firstLine(name) ?? '',
    embedding_store: { Inswapper128ArcFace: Array.from(embedding) },
  }));
  return `[${entries.map((entry) => `\n${JSON.stringify(entry)}`).join(',')}\n]\n`;
}
