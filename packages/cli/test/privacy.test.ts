import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  sharedPath,
  tempDir,
  toyLibrary,
  toyModels,
  type WatchedProgram,
  watchProgram,
  whyNotWatched,
} from '@face-sets/testing';
import { describe, expect, it } from 'vitest';

const MAIN = resolve(import.meta.dirname, '../dist/main.js');
const LIBRARY = pathToFileURL(resolve(import.meta.dirname, '../../face-embed/dist/index.js')).href;

const why = whyNotWatched();
if (why) console.warn(`skipped: what a run opens and connects to (${why})`);

/** What a program must not have done, whatever else it did. */
function expectPrivate({ sockets, touched, left }: WatchedProgram) {
  expect(sockets).toEqual([]);
  expect(touched).toEqual([]);
  expect(left).toEqual({ home: [], temp: [], cwd: [] });
}

/** A small program of a library user in a folder of its own. */
function program(files: Record<string, string>): { main: string; dir: string } {
  const dir = tempDir();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return { main: join(dir, 'main.mjs'), dir };
}

/** Loads the detector and lets go of it. */
const LOAD = (models: string) => `
  const models = await loadModels(${JSON.stringify(models)});
  await models.session('detection');
  await models.release();`;

describe.skipIf(why)('On its way through a library, face-sets', () => {
  it('opens no socket, looks up no name and leaves nothing outside its output', async () => {
    const out = tempDir();
    const ran = watchProgram(
      process.execPath,
      [
        ...[MAIN, 'run', (await toyLibrary('small')).dir, '--out', out, '--models', await toyModels()],
        ...['--min-faces', '3', '--min-blur', '0', '--min-short', '20'],
      ],
      { allowed: [out] },
    );
    expect(ran.code, ran.stderr).toBe(0);
    expectPrivate(ran);
  });

  it('does the same with a home folder that cannot be written to', async () => {
    if (process.geteuid?.() !== 0) return;
    const out = tempDir();
    const ran = watchProgram(
      process.execPath,
      [MAIN, 'embed', (await toyLibrary('small')).dir, join(out, 'faces.npz'), '--models', await toyModels()],
      { allowed: [out], readOnlyHome: true },
    );
    expect(ran.code, ran.stderr).toBe(0);
    expectPrivate(ran);
  });

  it.skipIf(!sharedPath('models'))('does the same with real models and photos', async () => {
    const out = tempDir();
    const ran = watchProgram(
      process.execPath,
      [MAIN, 'run', sharedPath('photos', 'groups')!, '--out', out, '--models', sharedPath('models')!],
      { allowed: [out] },
    );
    expect(ran.code, ran.stderr).toBe(0);
    expectPrivate(ran);
  });

  it('is watched by something that sees the look-up of a name', () => {
    const ran = watchProgram(process.execPath, ['-e', "fetch('http://example.invalid').catch(() => {})"], {
      allowed: [],
    });
    expect(ran.sockets.length).toBeGreaterThan(0);
  });

  it('is watched by something that sees telemetry where the user allows it', async () => {
    const out = tempDir();
    const ran = watchProgram(
      process.execPath,
      [MAIN, 'embed', (await toyLibrary('small')).dir, join(out, 'faces.npz'), '--models', await toyModels()],
      { allowed: [out], env: { ORT_DISABLE_TELEMETRY: '0' } },
    );
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.touched.length).toBeGreaterThan(0);
    expect([...ran.left.home, ...ran.left.temp].length).toBeGreaterThan(0);
  });
});

describe.skipIf(why)('A program that imports face-embed', () => {
  it('sends no telemetry', async () => {
    const { main, dir } = program({
      'main.mjs': `import { loadModels } from '${LIBRARY}';${LOAD(await toyModels())}`,
    });
    const ran = watchProgram(process.execPath, [main], { allowed: [dir] });
    expect(ran.code, ran.stderr).toBe(0);
    expectPrivate(ran);
  });

  it('sends none from worker threads either, if its main thread imported the package first', async () => {
    const { main, dir } = program({
      'main.mjs': `import '${LIBRARY}'; import { Worker } from 'node:worker_threads';
        new Worker(new URL('./worker.mjs', import.meta.url)).on('error', (error) => { throw error; });`,
      'worker.mjs': `import { loadModels } from '${LIBRARY}';${LOAD(await toyModels())}`,
    });
    const ran = watchProgram(process.execPath, [main], { allowed: [dir] });
    expect(ran.code, ran.stderr).toBe(0);
    expectPrivate(ran);
  });

  it('is refused the models in a worker thread that can no longer switch the telemetry off', async () => {
    const { main, dir } = program({
      'main.mjs': `import { Worker } from 'node:worker_threads';
        new Worker(new URL('./worker.mjs', import.meta.url)).on('message', (text) => console.log(text));`,
      'worker.mjs': `import { parentPort } from 'node:worker_threads';
        import { loadModels } from '${LIBRARY}';
        try { ${LOAD(await toyModels())} parentPort.postMessage('loaded'); }
        catch (error) { parentPort.postMessage(error.code + ' ' + error.message); }`,
    });
    const ran = watchProgram(process.execPath, [main], { allowed: [dir] });
    expect(ran.stdout).toContain('ERR_TELEMETRY_NOT_DISABLED');
    expect(ran.stdout).toContain('in the main thread');
    expectPrivate(ran);
  });
});
