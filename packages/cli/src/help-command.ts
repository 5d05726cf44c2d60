import { Command } from 'commander';
import { UsageError } from './failure.js';
import { VERSION } from './version.js';

/** `face-sets help [COMMAND…]`: as `COMMAND… --help`; unknown names are refused as anywhere else. */
export function helpCommand(): Command {
  return new Command('help')
    .argument('[command...]', 'command to explain, such as embed, or eras split')
    .description('explain a command')
    .action(async (names: string[], _options: object, self: Command) => {
      let command = self.parent!;
      for (const name of names) {
        const child = command.commands.find((known) => known.name() === name);
        if (!child && command.commands.length === 0) {
          throw new UsageError(`${command.name()} has no sub-command ${name}; see: help ${command.name()}`);
        }
        // Commander says what is unknown, and which one is near.
        if (!child) await command.parseAsync([name], { from: 'user' });
        else command = child;
      }
      command.outputHelp();
    });
}

/** `face-sets version`. */
export function versionCommand(): Command {
  return new Command('version')
    .description('print the version')
    .action(() => void process.stdout.write(`${VERSION}\n`));
}
