import {
  cacheAt,
  count,
  type PersonPart,
  type SplitPersonOptions,
  type SplitPersonResult,
  splitPerson,
} from '@face-sets/pipeline';
import type { Command } from 'commander';
import { shown } from '../../events.js';
import type { CommonOptions } from '../../options.js';
import { cosineDistance } from '../../parse-values.js';
import { decisionLines, PERSON_HELP, peopleSubcommand, updateLines } from '../../people-options.js';
import { printResult } from '../../result.js';

/** Photos that show what a part is. */
const PHOTOS_OF_PART = 3;

type SplitCommandOptions = Pick<SplitPersonOptions, 'threshold' | 'apply'> &
  CommonOptions & { into?: string[] };

/** `face-sets people split OUT PERSON`. */
export function splitCommand(): Command {
  return peopleSubcommand(
    'split',
    'part someone whose faces are those of several people; with --apply, for good',
  )
    .argument('<person>', PERSON_HELP)
    .option(
      '--threshold <distance>',
      'cosine distance up to which faces are one part; higher gives fewer parts (default: the highest with two parts of two faces)',
      cosineDistance,
    )
    .option(
      '--into <face...>',
      'make these faces a new person: photos, or face names (people show lists them)',
    )
    .option('--apply', 'make each part a person; the largest keeps number and name')
    .action(async (out: string, person: string, options: SplitCommandOptions, self: Command) => {
      const { into, ...given } = shown(options, self);
      const result = await splitPerson(cacheAt(out), person, { ...given, into: into && [into] });
      printResult(result, [...splitLines(result), ...doneLines(out, result)], options);
    });
}

function splitLines({ person, name, threshold, parts, others }: SplitPersonResult): string[] {
  const who = name === null ? `person ${person}` : `${name} (${person})`;
  if (parts.length === 0) {
    return [
      `${who} does not fall into parts of two faces or more; name the faces of someone else with --into`,
    ];
  }
  const cut = threshold === null ? '' : ` at ${threshold.toFixed(3)}`;
  return [
    `${who}: ${count(parts.length, 'part')}${cut}`,
    ...parts.flatMap(partLines),
    ...(others > 0
      ? [`  ${count(others, 'face')} in no part: each goes to the part that it is most like`]
      : []),
  ];
}

function partLines({ number, faces, distance }: PersonPart, index: number): string[] {
  const apart = index === 0 ? '' : `, ${distance.toFixed(3)} from the first`;
  return [
    `  person ${number}: ${count(faces.length, 'face')}${apart}`,
    ...faces.slice(0, PHOTOS_OF_PART).map(({ photo }) => `    ${photo}`),
    ...(faces.length > PHOTOS_OF_PART ? ['    …'] : []),
  ];
}

function doneLines(out: string, { parts, done }: SplitPersonResult): string[] {
  if (done) return [...decisionLines(done), ...updateLines(out, done)];
  return parts.length === 0 ? [] : ['Nothing was changed. Part them with --apply.'];
}
