import { Command, CommanderError, Help } from 'commander';
import { COMMANDS } from './commands.js';
import { failureLine, UsageError } from './failure.js';
import { helpCommand, versionCommand } from './help-command.js';
import { releaseInterrupts } from './interrupt.js';
import { tell, visible } from './terminal.js';
import { VERSION } from './version.js';
import { takeWarnings } from './warnings.js';

/**
 * The `face-sets` command; parsing runs it.
 *
 * @param names Sub-commands that are loaded with all their options; of the others there is what the help says. Default: all.
 */
export async function buildProgram(
  names: readonly string[] = COMMANDS.map(({ name }) => name),
): Promise<Command> {
  const program = new Command('face-sets')
    .description('Turn a photo library into clean, per-person facesets. All local; nothing is uploaded.')
    .version(VERSION, '-v, --version', 'print the version')
    .helpCommand(false)
    .configureHelp({ subcommandTerm });
  for (const entry of COMMANDS) {
    program.addCommand(names.includes(entry.name) ? await entry.load() : new Command(entry.name));
    program.commands.at(-1)!.description(entry.description);
  }
  program.addCommand(versionCommand()).addCommand(helpCommand());
  for (const command of [program, ...descendants(program)]) {
    // Commander would end the process by itself, and take more than one line for some errors.
    command.exitOverride().configureOutput({
      outputError: (text, write) => {
        const line = text
          .trim()
          .replace(/^error: /, '')
          .replaceAll('\n', ' ')
          .replace(/\.$/, '');
        const known = line.startsWith('unknown command') ? `; commands: ${commandNames(command)}` : '';
        write(`face-sets: ${visible(line)}${known}; see: ${commandPath(command)} --help\n`);
      },
    });
  }
  return program;
}

/** How a command is called, in the list of commands, whether it is loaded or not. */
function subcommandTerm(command: Command): string {
  const entry = command.parent?.parent ? undefined : COMMANDS.find(({ name }) => name === command.name());
  return entry?.term ?? new Help().subcommandTerm(command);
}

function commandNames(command: Command): string {
  return command.commands.map((child) => child.name()).join(', ');
}

function commandPath(command: Command): string {
  return command.parent ? `${commandPath(command.parent)} ${command.name()}` : command.name();
}

function descendants(command: Command): Command[] {
  return command.commands.flatMap((child) => [child as Command, ...descendants(child as Command)]);
}

function isCommand(text: string): boolean {
  return COMMANDS.some(({ name }) => name === text);
}

/** Whether the arguments are at fault: as the command line finds, or as a step says of its options. */
function isUsage(error: unknown): boolean {
  return error instanceof UsageError || (error as { code?: unknown }).code === 'ERR_INVALID_OPTIONS';
}

/**
 * Runs the command line `args` (without the program's name).
 *
 * @returns the exit code: 0 done; 1 failed; 2 usage; 130 interrupted.
 */
export async function runCli(args: readonly string[]): Promise<number> {
  // Those of an earlier command that was interrupted.
  releaseInterrupts();
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    const program = await buildProgram(args.filter(isCommand));
    await program.parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if ((error as Error).name === 'AbortError') {
      tell('face-sets: interrupted');
      return 130;
    }
    tell(`face-sets: ${await failureLine(error)}`);
    if (process.env.FACE_SETS_DEBUG) (error as Error).stack?.split('\n').forEach(tell);
    return isUsage(error) ? 2 : 1;
  } finally {
    process.exitCode = before;
    takeWarnings();
  }
}
