import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { faceSets } from './face-sets.js';

const GATES = ['--min-faces', '3', '--min-blur', '0', '--min-short', '20'];

describe('What a run takes for photos', () => {
  let photos: string;
  let out: string;
  let run: (...options: string[]) => ReturnType<typeof faceSets>;

  beforeEach(async () => {
    photos = join(tempDir(), 'photos');
    out = tempDir();
    cpSync((await toyLibrary('small')).dir, photos, { recursive: true });
    rmSync(join(photos, 'broken'), { recursive: true });
    const models = await toyModels();
    run = (...options) => faceSets(['run', photos, '--out', out, '--models', models, ...GATES, ...options]);
  });

  const files = () =>
    readdirSync(photos, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name));
  const placed = () =>
    readdirSync(join(out, 'raw'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      /^person_.*\.\w+$/.test(name),
    );

  it('are no thumbnails, no trash and no side files, which it counts', async () => {
    expect((await run()).code).toBe(0);
    const people = placed();
    for (const [i, name] of files().entries()) {
      const folder = join(photos, ['@eaDir', '#recycle', '__MACOSX', '.Trash-1000'][i % 4]!);
      mkdirSync(folder, { recursive: true });
      // Other bytes than the photo's, as thumbnails have.
      writeFileSync(
        join(folder, `${i}.jpg`),
        Buffer.concat([readFileSync(join(photos, name)), Buffer.of(i)]),
      );
    }
    const { stdout, code } = await run();
    expect(code).toBe(0);
    expect(stdout).toContain('Left out (--include-hidden takes them):');
    for (const said of ['thumbnails: 1 folder, such as @eaDir', 'trash: 2 folders', 'side files: 1 folder'])
      expect(stdout).toContain(said);
    expect(placed()).toEqual(people);
    const all = JSON.parse((await run('--include-hidden', '--json', '--dry-run')).stdout);
    expect(all.listed).toBe(2 * files().filter((name) => !/@eaDir|#recycle|MACOSX|Trash/.test(name)).length);
  });

  it('leaves raw files and videos aside, and names them', async () => {
    for (const name of ['a.CRW', 'b.crw', 'c.mp4']) writeFileSync(join(photos, name), 'x');
    expect((await run()).stdout).toContain('Skipped (unsupported format): 2 .crw and 1 .mp4');
  });

  it('is said of a folder without any, with what was passed over', async () => {
    const empty = tempDir();
    writeFileSync(join(empty, 'a.CRW'), 'x');
    const models = await toyModels();
    for (const args of [
      ['run', empty, '--out', tempDir(), '--models', models],
      ['embed', empty, join(tempDir(), 'faces.npz'), '--models', models],
    ]) {
      const { stdout, code } = await faceSets(args);
      expect(code).toBe(0);
      expect(stdout).toContain(`No photos found in ${empty} (1 .crw passed over)`);
    }
  });

  it('are counted so that the numbers add up, also after they were moved', async () => {
    await run();
    renameSync(join(photos, files()[0]!), join(photos, 'moved.jpg'));
    copyFileSync(join(photos, 'moved.jpg'), join(photos, 'z-copy.jpg'));
    writeFileSync(join(photos, 'broken.jpg'), 'no picture');
    const { stdout } = await run();
    const [, all, ...others] =
      /Photos {4}(\d+) files: (\d+) embedded now, (\d+) known, (\d+) copy, (\d+) moved, (\d+) could not/.exec(
        stdout,
      )!;
    expect(others.reduce((sum, n) => sum + Number(n), 0)).toBe(Number(all));
    expect(others.slice(2)).toEqual(['1', '1', '1']);
  });

  it('says once which photos are no longer there, and keeps what was made of them', async () => {
    await run();
    const before = placed();
    rmSync(join(photos, files()[0]!));
    const { stdout } = await run();
    expect(stdout).toContain(
      '1 photo is no longer there; their faces and outputs are kept (--missing remove',
    );
    expect(stdout).not.toContain('could not be placed');
    expect(placed()).toEqual(before);
    const again = await run();
    expect(again.stdout.match(/no longer there/g)).toHaveLength(1);
  });

  it('takes them out of every output with --missing remove', async () => {
    await run();
    const before = placed();
    const gone = files()[0]!;
    rmSync(join(photos, gone));
    const { stdout, code } = await run('--missing', 'remove');
    expect(code).toBe(0);
    expect(stdout).toContain('their faces were taken out');
    expect(placed().length).toBeLessThan(before.length);
    for (const folder of ['raw', 'refined', 'facesets_swap_ready']) {
      const manifest = folder === 'refined' ? 'refine_manifest.json' : 'manifest.json';
      const text = readFileSync(join(out, folder, manifest), 'utf8');
      const { file_errors: errors = [] } = JSON.parse(text);
      expect(errors).toEqual([]);
    }
    expect((await run()).stdout).not.toContain('no longer there');
  });

  it('takes nothing out where no photo at all is left, and asks for the disk', async () => {
    await run();
    const before = placed();
    renameSync(photos, `${photos}-away`);
    mkdirSync(photos);
    const { stdout, code } = await run('--missing', 'remove');
    expect(code).toBe(0);
    expect(stdout).toContain('is the disk mounted?');
    expect(placed()).toEqual(before);
  });

  it('opens --limit photos, and says how many are left', async () => {
    const { stdout } = await run('--limit', '5');
    expect(stdout).toContain(
      `5 embedded now, 0 known, ${files().length - 5} left for the next run (--limit)`,
    );
    expect((await run()).stdout).toContain('5 known');
  });
});
