import { runCli } from './program.js';

// A reader that has seen enough (`face-sets … | head`) is no error. Nobody may be there to see the progress, since the
// terminal was closed or a pipe has ended: the work goes on, or ends as after Ctrl-C.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  if (error.code !== 'EIO') throw error;
});
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
});

process.exitCode = await runCli(process.argv.slice(2));
