import type { Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/commands.js';
import { buildProgram } from '../src/program.js';

/** Numeric options of which no larger or smaller value is better, with the reason. */
const WITHOUT_DIRECTION: Record<string, string> = {
  seed: 'any number is as good as any other',
  sweep: 'a range of thresholds to measure; it changes no output',
  limit: 'its help says what it limits, and nothing else depends on it',
};

async function numericOptions(): Promise<[string, Option][]> {
  const program = await buildProgram(COMMANDS.map(({ name }) => name));
  const commands = program.commands.flatMap((command) => [command, ...command.commands]);
  return commands.flatMap((command) =>
    command.options
      .filter(takesNumbers)
      .map((option): [string, Option] => [`${titleOf(command)} ${option.long}`, option]),
  );
}

function titleOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${parent.name()} ${command.name()}` : command.name();
}

/** Whether an option refuses a text since it is not a number. */
function takesNumbers({ parseArg }: Option): boolean {
  try {
    parseArg?.('x', []);
    return false;
  } catch (error) {
    // Not where `number` is one of several words to choose from.
    return (
      /\bnumber\b/.test((error as Error).message) && !(error as Error).message.startsWith('Allowed choices')
    );
  }
}

describe('The help of a numeric option', () => {
  it('says what happens when the number goes up', async () => {
    const silent = (await numericOptions()).filter(
      ([, option]) =>
        !/; higher [a-z]+s\b/.test(option.description) && !(option.attributeName() in WITHOUT_DIRECTION),
    );
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  it('is looked at for options with one number, with several, and with a parser of their own', async () => {
    const names = (await numericOptions()).map(([name]) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'run --top-n',
        'embed --limit',
        'cluster --min-samples',
        'calibrate --false-match-rate',
        'eras probe --seed',
        'eras split --min-fragment',
      ]),
    );
    expect(names.length).toBeGreaterThan(60);
  });
});
