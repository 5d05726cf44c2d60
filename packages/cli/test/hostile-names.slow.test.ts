import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { faceSets } from './face-sets.js';

/** Clears the screen, colors, ends the line, returns, writes a title, turns the direction, hides itself. */
const NAMES = [
  '\x1b[2Jclear',
  '\x1b[31mred\x1b[0m',
  'two\nlines',
  'over\rwritten',
  '\x1b]0;title\x07',
  'csi \x9b2J',
  'gnp\u202egpj',
  'in\u2066vis\u200bible',
  'tag\u{e0041}',
];
/** What must not reach a terminal. */
const UNSAFE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e0fff}]/u;

/** Nothing of a command's output is obeyed by a terminal. */
function expectHarmless(command: string, { stdout, stderr }: { stdout: string; stderr: string }) {
  expect(UNSAFE.exec(stdout)?.input, `${command}, standard output`).toBeUndefined();
  expect(UNSAFE.exec(stderr)?.input, `${command}, standard error`).toBeUndefined();
}

// Windows refuses such names by itself.
describe.skipIf(process.platform === 'win32')('Names that a terminal would obey', () => {
  let root: string;
  let photos: string;
  let models: string[];
  const at = (...parts: string[]) => join(root, ...parts);

  beforeAll(async () => {
    root = join(tempDir(), '\x1b[2Jroot\u202e');
    photos = at('photos');
    mkdirSync(photos, { recursive: true });
    const drawn = await toyLibrary('small');
    for (const [i, { path }] of drawn.photos.entries()) {
      const name = `${NAMES[i % NAMES.length]} ${basename(path)}`;
      mkdirSync(join(photos, basename(dirname(path))), { recursive: true });
      copyFileSync(join(drawn.dir, path), join(photos, basename(dirname(path)), name));
    }
    for (const name of NAMES) writeFileSync(join(photos, `${name} broken.jpg`), 'no picture');
    writeFileSync(
      Buffer.concat([Buffer.from(`${photos}/`), Buffer.from([0xff, 0x9b]), Buffer.from('.jpg')]),
      '',
    );
    const pack = at('models\x1b[2J');
    mkdirSync(pack);
    for (const file of readdirSync(await toyModels()))
      copyFileSync(join(await toyModels(), file), join(pack, file));
    writeFileSync(join(pack, '\x1b[2Jstray.onnx'), 'no model');
    models = ['--models', pack];
  });

  const gates = ['--min-faces', '3', '--min-blur', '0', '--min-short', '20'];

  it('are escaped by every command, in results, notices and errors', async () => {
    const ran: Record<string, number | null> = {};
    const harmless = async (...args: string[]) => {
      const finished = await faceSets(args);
      expectHarmless(args[0]!, finished);
      ran[args[0]!] ??= finished.code;
      return finished;
    };
    const out = at('out');
    const run = await harmless('run', photos, '--out', out, ...gates, ...models);
    expect(run.stdout).toContain('\\x1b[2J');
    expect(run.stdout).toContain('\\u202e');
    expect(run.stdout).toContain('two\\nlines');
    const swap = join(out, 'facesets_swap_ready');
    for (const faceset of readdirSync(swap).filter((name) => /^faceset_\d+$/.test(name)))
      writeFileSync(join(swap, faceset, 'NAME.txt'), '\x1b[2JAnna\u202e\n');
    const [cache, raw] = [join(out, 'faces.npz'), join(out, 'raw')];
    const refined = join(out, 'refined', 'refine_manifest.json');
    await harmless('embed', photos, cache, ...models);
    await harmless('enrich', cache, ...models);
    await harmless('cluster', cache, at('raw\x1b[2J'));
    await harmless('refine', cache, at('refined\x1b[2J'), ...gates);
    await harmless('extend', cache, raw);
    await harmless('export-swap', cache, refined, swap, ...models);
    await harmless('consolidate', swap, '--threshold', '1.2', '--apply', ...models);
    await harmless('clean', swap, '--apply', ...models);
    await harmless('undo', swap);
    await harmless('eras', 'probe', cache, join(swap, 'faceset_001'));
    await harmless('report', raw);
    await harmless('report', swap);
    await harmless('dedup', cache);
    await harmless('calibrate', cache, '--out', at('thresholds\x1b[2J.json'));
    await harmless('evaluate', join(raw, 'manifest.json'), '--truth', photos);
    await harmless('merge', cache, at('merged\x1b[2J.npz'));
    await harmless('models', 'path', ...models);
    const person = readdirSync(photos, { withFileTypes: true }).find((entry) => entry.isDirectory())!;
    const folders = ['--trusted', join(photos, person.name), '--labels', `${person.name}=\x1b[2JAnna`];
    await harmless('import-folders', cache, at('imported'), ...folders, ...models);
    // Not that all of them failed before they had anything to say: calibrate has too few faces here.
    const failed = Object.entries(ran).filter(([, code]) => code !== 0);
    expect(failed).toEqual([['calibrate', 1]]);
  });

  it('are escaped in what is said of wrong arguments', async () => {
    const missing = at('missing\x1b[2J');
    for (const args of [
      ['\x1b[2J'],
      ['run', missing, '--out', at('o'), ...models],
      ['run', photos, '--out', at('o'), '--models', missing],
      ['run', photos, '--out', at('o'), '--threshold', '\x1b[2J'],
      ['run', photos, '--out', at('o'), '--provider', '\x1b[2J'],
      ['run', photos, '--out', at('o'), '--\x1b[2J'],
      ['cluster', missing, at('o')],
      ['report', missing],
      ['evaluate', missing, '--truth', missing],
      ['import-folders', missing, at('o'), '--trusted', missing],
      ['embed', photos, at('c.npz'), '--shard', '\x1b[2J'],
    ]) {
      const finished = await faceSets(args);
      expectHarmless(args.join(' '), finished);
      expect(finished.code, args.join(' ')).toBeGreaterThan(0);
      expect(finished.stderr).toContain('face-sets: ');
    }
  });

  it('are exact in JSON', async () => {
    const cache = at('exact.npz');
    const { stdout } = await faceSets(['embed', photos, cache, '--json', ...models]);
    const { failures } = JSON.parse(stdout) as { failures: { path: string }[] };
    expect(failures.map(({ path }) => basename(path))).toContain(`${NAMES[0]} broken.jpg`);
    expectHarmless('embed --json', { stdout: stdout.replaceAll(/[^\x00-\x1f]/g, ''), stderr: '' });
  });
});
