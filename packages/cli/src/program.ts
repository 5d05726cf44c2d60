import { Command, CommanderError } from 'commander';
import { calibrateCommand } from './commands/calibrate.js';
import { cleanCommand } from './commands/clean.js';
import { clusterCommand } from './commands/cluster.js';
import { consolidateCommand } from './commands/consolidate.js';
import { dedupCommand } from './commands/dedup.js';
import { embedCommand } from './commands/embed.js';
import { enrichCommand } from './commands/enrich.js';
import { erasCommand } from './commands/eras.js';
import { evaluateCommand } from './commands/evaluate.js';
import { exportSwapCommand } from './commands/export-swap.js';
import { extendCommand } from './commands/extend.js';
import { importFoldersCommand } from './commands/import-folders.js';
import { mergeCommand } from './commands/merge.js';
import { modelsCommand } from './commands/models.js';
import { refineCommand } from './commands/refine.js';
import { reportCommand } from './commands/report.js';
import { runCommand } from './commands/run.js';
import { undoCommand } from './commands/undo.js';
import { failureLine, UsageError } from './failure.js';
import { noteThresholds } from './foreign-thresholds.js';
import { helpCommand, versionCommand } from './help-command.js';
import { tell, visible } from './terminal.js';
import { VERSION } from './version.js';
import { takeWarnings } from './warnings.js';

/** The `face-sets` command with all its sub-commands; parsing runs them. */
export function buildProgram(): Command {
  const program = new Command('face-sets')
    .description('Turn a photo library into clean, per-person facesets. All local; nothing is uploaded.')
    .hook('preAction', (_, command) => noteThresholds(command))
    .version(VERSION, '-v, --version', 'print the version')
    .helpCommand(false)
    .addCommand(runCommand())
    .addCommand(embedCommand())
    .addCommand(enrichCommand())
    .addCommand(clusterCommand())
    .addCommand(refineCommand())
    .addCommand(extendCommand())
    .addCommand(exportSwapCommand())
    .addCommand(importFoldersCommand())
    .addCommand(erasCommand())
    .addCommand(consolidateCommand())
    .addCommand(cleanCommand())
    .addCommand(undoCommand())
    .addCommand(reportCommand())
    .addCommand(dedupCommand())
    .addCommand(calibrateCommand())
    .addCommand(evaluateCommand())
    .addCommand(mergeCommand())
    .addCommand(modelsCommand())
    .addCommand(versionCommand())
    .addCommand(helpCommand());
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

function commandNames(command: Command): string {
  return command.commands.map((child) => child.name()).join(', ');
}

function commandPath(command: Command): string {
  return command.parent ? `${commandPath(command.parent)} ${command.name()}` : command.name();
}

function descendants(command: Command): Command[] {
  return command.commands.flatMap((child) => [child as Command, ...descendants(child as Command)]);
}

/**
 * Runs the command line `args` (without the program's name).
 *
 * @returns the exit code: 0 done; 1 failed; 2 usage.
 */
export async function runCli(args: readonly string[]): Promise<number> {
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await buildProgram().parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    tell(`face-sets: ${failureLine(error)}`);
    if (process.env.FACE_SETS_DEBUG) (error as Error).stack?.split('\n').forEach(tell);
    return error instanceof UsageError ? 2 : 1;
  } finally {
    process.exitCode = before;
    takeWarnings();
  }
}
