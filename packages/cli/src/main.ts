import { releaseInterrupts } from './interrupt.js';
import { runCli } from './program.js';

/** Whether the terminal was closed while the command ran. */
let terminalGone = false;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough (`face-sets … | head`) is no error.
  if (error.code === 'EPIPE') process.exit();
  noteTerminal(error);
});

process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  // Nobody sees the progress any more: the work goes on, or ends in good order.
  if (error.code !== 'EPIPE') noteTerminal(error);
});

function noteTerminal(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EIO') throw error;
  terminalGone = true;
}

const code = await runCli(process.argv.slice(2));

// An orderly exit of Node.js restores the terminal's settings, and crashes where there is no terminal any more.
if (terminalGone && process.platform !== 'win32') {
  // The signal itself, which a command that was interrupted would hold back.
  releaseInterrupts();
  process.kill(process.pid, 'SIGHUP');
} else process.exitCode = code;
