import { firstLine } from '../names/name-text.js';

/** A person's embedding under a name. */
export interface NamedEmbedding {
  name: string;
  /** Raw: not normalised. */
  embedding: Float32Array;
}

/** VisoMaster's embeddings file: a list of names, each with its embedding for the swapper that takes this one. */
export function visomasterJson(people: readonly NamedEmbedding[]): string {
  const entries = people.map(({ name, embedding }) => ({
    name: oneLine(name),
    embedding_store: { Inswapper128ArcFace: Array.from(embedding) },
  }));
  return `[${entries.map((entry) => `\n${JSON.stringify(entry)}`).join(',')}\n]\n`;
}

/**
 * Rope's `merged_embeddings.txt`: for each person a line `Name: …`, then a number on each line. Rope counts the
 * lines, so a name is one line.
 */
export function ropeText(people: readonly NamedEmbedding[]): string {
  return people
    .map(({ name, embedding }) => `Name: ${oneLine(name)}\n${Array.from(embedding).join('\n')}\n`)
    .join('');
}

/** The first line of a name, since both files have room for no more. */
function oneLine(name: string): string {
  return firstLine(name) ?? '';
}
