import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * British spellings of words that are likely here. `toColourspace` of sharp and `aria-labelledby` of HTML are names
 * that others have given.
 */
const BRITISH =
  /(?<!to)colour|\bgrey|centre|neighbour|behaviour|\bfavour|recognis|normalis|organis(?!m)|initialis|summaris|maximis|minimis|optimis(?!m|t)|serialis|labelled(?!by)|labelling|judgement|\btowards\b|licence|artefact/gi;

/** Files that are not written by hand, and this one. */
const LEFT_OUT = ['package-lock.json', 'tools/repo/src/spelling.ts'];

/** The British spellings in a text, in its order. */
export function britishSpellings(text: string): string[] {
  return text.match(BRITISH) ?? [];
}

/** British spellings in the files that git keeps, a line for each place: `path:line: spelling`. */
export function britishPlaces(root: string): string[] {
  const listed = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' });
  return listed
    .split('\0')
    .filter((path) => path !== '' && !LEFT_OUT.includes(path))
    .flatMap((path) => {
      const text = readFileSync(join(root, path), 'latin1');
      if (text.includes('\0')) return [];
      return text
        .split('\n')
        .flatMap((line, i) => britishSpellings(line).map((word) => `${path}:${i + 1}: ${word}`));
    });
}
