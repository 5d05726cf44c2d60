import { cacheAt, count, type DecideResult, isRunFolder, type PeopleChanges } from '@face-sets/pipeline';
import { Command } from 'commander';
import { shown } from './events.js';
import { addCommonOptions, type CommonOptions } from './options.js';
import { capped, printResult } from './result.js';

/** What a command that asks about a collection, or decides something, takes for it. */
export const COLLECTION_HELP = 'output folder of run, a face cache (.npz), or an output made from one';

/** How people are named on the command line. */
export const PERSON_HELP =
  'a person: number (7, person_007, faceset_007), name, or a photo that shows no one else';

/** A sub-command of `people`. */
export function peopleSubcommand(name: string, description: string): Command {
  return addCommonOptions(new Command(name).description(description).argument('<out>', COLLECTION_HELP));
}

/**
 * Runs a decision, and prints what it changed.
 *
 * @param more lines after those on what was decided
 */
export async function printDecision<O extends CommonOptions, R extends DecideResult>(
  out: string,
  options: O,
  command: Command,
  decide: (cache: string, options: ReturnType<typeof shown<O>>) => Promise<R>,
  more: (result: R) => string[] = () => [],
): Promise<void> {
  const result = await decide(cacheAt(out), shown(options, command));
  printResult(result, [...decisionLines(result), ...more(result), ...updateLines(out, result)], options);
}

/** What was decided, and what it changed. */
export function decisionLines({ decisions, ...changes }: DecideResult): string[] {
  if (decisions.length === 0) return ['Nothing to do: this was decided before'];
  return [...decisions.map(({ id, text }) => `${id}: ${text}`), ...changeLines(changes)];
}

function changeLines({ moved, merged, created }: PeopleChanges): string[] {
  const who = (number: number | null) => (number === null ? 'no one' : `person ${number}`);
  return [
    ...merged.map(({ number, into }) => `person ${number} is person ${into} now`),
    ...(created.length > 0 ? [`new: ${created.map(who).join(', ')}`] : []),
    ...(moved.length > 0 ? [`${count(moved.length, 'face')} moved:`] : []),
    ...capped(moved.map(({ photo, from, to }) => `  ${photo}: ${who(from)} → ${who(to)}`)),
  ];
}

/** How folders come to show what was decided. */
export function updateLines(
  out: string,
  { cache, decisions }: Pick<DecideResult, 'cache' | 'decisions'>,
): string[] {
  if (decisions.length === 0) return [];
  const command = isRunFolder(out)
    ? `face-sets run --out ${out}`
    : `face-sets cluster ${cache} OUT, then face-sets refine ${cache} OUT`;
  return [`To bring the folders up to date: ${command}`];
}
