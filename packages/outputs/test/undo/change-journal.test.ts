import { spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listPhotos } from '@face-sets/photos';
import { fullTree, seeded, tempDir } from '@face-sets/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MOST_CHANGES, recordChange, UndoError, undoableChanges, undoLastChange } from '../../src/index.js';
import { recoverChanges } from '../../src/undo/change-journal.js';

/** Makes calls that change the disk fail: all of `never`, and every one from the `dieAt`-th on, as if the program had died. */
const disk = vi.hoisted(() => ({ calls: 0, dieAt: Infinity, never: '' }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<Record<string, unknown>>();
  const changing = [
    'mkdir',
    'rename',
    'rm',
    'rmdir',
    'link',
    'copyFile',
    'chmod',
    'utimes',
    'symlink',
    'open',
  ];
  const wrapped = Object.fromEntries(
    [...changing, 'writeFile'].map((name) => [
      name,
      async (...args: unknown[]) => {
        if (name === disk.never) throw Object.assign(new Error('not here'), { code: 'EPERM' });
        if (++disk.calls >= disk.dieAt) throw Object.assign(new Error('died'), { code: 'EIO' });
        return (real[name] as (...args: unknown[]) => unknown)(...args);
      },
    ]),
  );
  return { ...real, ...wrapped, default: { ...real, ...wrapped } };
});

const CHILD = join(import.meta.dirname, 'change-and-wait.mjs');
const KILLS = 12;

let root: string;
let out: string;
const at = (...parts: string[]) => join(out, ...parts);

beforeEach(() => {
  root = tempDir('journal');
  out = join(root, 'swap');
  mkdirSync(at('faceset_001', 'faces'), { recursive: true, mode: 0o700 });
  mkdirSync(at('faceset_002', 'faces'), { recursive: true });
  mkdirSync(at('empty'), { mode: 0o750 });
  let second = 1_500_000_000;
  for (const id of ['faceset_001', 'faceset_002']) {
    for (const name of ['faces/0000.png', 'faces/0001.png', `${id}_all.fsz`, 'manifest.json', 'NAME.txt']) {
      writeFileSync(at(id, name), `${id} ${name}`, { mode: 0o600 });
      utimesSync(at(id, name), second, second + 0.123456);
      second += 10_000;
    }
  }
  chmodSync(at('faceset_002', 'NAME.txt'), 0o644);
  writeFileSync(at('manifest.json'), '{}');
  symlinkSync('/nowhere', at('link'));
});

afterEach(() => {
  disk.dieAt = Infinity;
  disk.never = '';
});

async function replace(path: string, content: string): Promise<void> {
  await writeFile(at('.face-sets-tmp-2'), content);
  await rename(at('.face-sets-tmp-2'), path);
}

/** What consolidate does: one faceset is made anew, another moves away, the manifest is replaced. */
async function consolidate(): Promise<void> {
  await mkdir(at('_merged'), { mode: 0o700 });
  await rename(at('faceset_002'), at('_merged', 'faceset_002'));
  await mkdir(at('.face-sets-tmp-1', 'faces'), { recursive: true });
  for (const name of ['0000', '0001', '0002']) {
    await writeFile(at('.face-sets-tmp-1', 'faces', `${name}.png`), `new ${name}`);
  }
  await writeFile(at('.face-sets-tmp-1', 'manifest.json'), 'new');
  await rename(at('faceset_001'), at('.face-sets-tmp-old-faceset_001'));
  await rename(at('.face-sets-tmp-1'), at('faceset_001'));
  await rename(at('.face-sets-tmp-old-faceset_001', 'NAME.txt'), at('faceset_001', 'NAME.txt'));
  await rm(at('.face-sets-tmp-old-faceset_001'), { recursive: true });
  await rm(at('link'));
  await replace(at('manifest.json'), '{"new":1}');
}

describe('recordChange and undoLastChange', () => {
  it('bring everything back as it was: content, names, modes and times', async () => {
    const before = fullTree(out);
    expect(await recordChange(out, 'consolidate', async () => consolidate().then(() => 42))).toBe(42);
    expect(fullTree(out)).not.toEqual(before);
    expect(await undoableChanges(out)).toMatchObject([{ operation: 'consolidate' }]);
    const undone = await undoLastChange(out);
    expect(fullTree(out)).toEqual(before);
    expect(undone).toMatchObject({ operation: 'consolidate', kept: [], left: 0 });
    expect(undone.restored).toContain('faceset_002/NAME.txt');
    expect(undone.removed).toContain('_merged/faceset_002/NAME.txt');
  });

  it('do so by copies where there are no hard links', async () => {
    const before = fullTree(out);
    disk.never = 'link';
    await recordChange(out, 'consolidate', consolidate);
    await undoLastChange(out);
    expect(fullTree(out)).toEqual(before);
  });

  it('take no space for what the change does not touch, and let none but the owner read what they keep', async () => {
    await recordChange(out, 'small', () => replace(at('manifest.json'), 'x'));
    const saved = join(out, '.face-sets-undo', '0001');
    expect(readdirSync(saved).sort()).toEqual(['change.json', 'files']);
    expect(readdirSync(join(saved, 'files'))).toHaveLength(1);
    expect(statSync(join(saved, 'change.json')).mode & 0o777).toBe(0o600);
    for (const folder of [saved, join(out, '.face-sets-undo')])
      expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('record nothing where nothing has changed', async () => {
    await recordChange(out, 'nothing', async () => {});
    expect(await undoableChanges(out)).toEqual([]);
    await expect(undoLastChange(out)).rejects.toThrow(/^nothing to undo in .*swap/);
    await expect(undoLastChange(join(root, 'other'))).rejects.toThrow(UndoError);
    expect(existsSync(join(root, 'other'))).toBe(false);
  });

  it('take names as they are: other alphabets, line breaks, bytes that are no text, long and odd ones', async () => {
    const names = [
      'Анна Мария',
      'e\u0301 é',
      'a\nb',
      '"quoted" \\ :*?',
      '__proto__',
      'x'.repeat(250),
      ' ',
      '😀',
    ];
    for (const name of names) {
      mkdirSync(at('names', name), { recursive: true });
      writeFileSync(at('names', name, name), name);
    }
    const odd = Buffer.concat([Buffer.from(`${at('names')}/`), Buffer.from([0x66, 0xff, 0xfe])]);
    if (process.platform === 'linux') writeFileSync(odd, 'bytes');
    const before = fullTree(out);
    await recordChange(out, 'all', async () => {
      rmSync(at('names'), { recursive: true });
      writeFileSync(at('names'), 'a file now');
    });
    await undoLastChange(out);
    expect(fullTree(out)).toEqual(before);
  });

  it('take several changes back, one after the other, and keep the last ten', async () => {
    const states = [fullTree(out)];
    for (let i = 1; i <= MOST_CHANGES + 2; i++) {
      await recordChange(out, `change ${i}`, async () => {
        await replace(at('manifest.json'), `{"change":${i}}`);
        if (i % 3 === 0) await rm(at('faceset_001', 'faces'), { recursive: true, force: true });
        await mkdir(at(`faceset_${String(100 + i)}`));
        await writeFile(at(`faceset_${String(100 + i)}`, 'manifest.json'), String(i));
      });
      states.push(fullTree(out));
    }
    expect(await undoableChanges(out)).toHaveLength(MOST_CHANGES);
    for (let i = MOST_CHANGES + 2; i > 2; i--) {
      expect(await undoLastChange(out)).toMatchObject({ operation: `change ${i}`, left: i - 3 });
      expect(fullTree(out)).toEqual(states[i - 1]);
    }
    await expect(undoLastChange(out)).rejects.toThrow('nothing to undo');
    await recordChange(out, 'again', () => replace(at('manifest.json'), 'again'));
    await undoLastChange(out);
    expect(fullTree(out)).toEqual(states[2]);
  });

  it("keep what the owner has added since, and the owner's edits of what the change did not touch", async () => {
    await recordChange(out, 'consolidate', consolidate);
    writeFileSync(at('_merged', 'faceset_002', 'mine.txt'), 'mine');
    writeFileSync(at('faceset_001', 'faces', 'mine.png'), 'mine');
    appendFileSync(at('faceset_001', 'NAME.txt'), 'more');
    const undone = await undoLastChange(out);
    expect(undone.kept).toEqual(['_merged/faceset_002', '_merged']);
    expect(readFileSync(at('_merged', 'faceset_002', 'mine.txt'), 'utf8')).toBe('mine');
    expect(readdirSync(at('faceset_001', 'faces')).sort()).toEqual(['0000.png', '0001.png', 'mine.png']);
    expect(readFileSync(at('faceset_001', 'NAME.txt'), 'utf8')).toBe('faceset_001 NAME.txtmore');
    expect(existsSync(at('faceset_002', 'faces', '0000.png'))).toBe(true);
  });

  it.each([
    ['a file that the change has made', 'faceset_001/faces/0002.png'],
    ['a file that it has replaced', 'manifest.json'],
    ['a file that it has moved', '_merged/faceset_002/NAME.txt'],
  ])('refuse to lose an edit of %s, name it, and do nothing', async (_, path) => {
    await recordChange(out, 'consolidate', consolidate);
    appendFileSync(at(path), 'edited');
    const before = fullTree(out);
    await expect(undoLastChange(out)).rejects.toThrow(`${at(path)} was changed since`);
    expect(fullTree(out)).toEqual(before);
    expect(await undoableChanges(out)).toHaveLength(1);
  });

  it('refuse to write over a file that is new in the place of one that was removed, or through a link', async () => {
    await recordChange(out, 'consolidate', consolidate);
    mkdirSync(at('faceset_002'));
    writeFileSync(at('faceset_002', 'NAME.txt'), 'someone new');
    await expect(undoLastChange(out)).rejects.toThrow(`${at('faceset_002', 'NAME.txt')} was changed since`);
    rmSync(at('faceset_002'), { recursive: true });
    renameSync(at('faceset_001'), join(root, 'elsewhere'));
    symlinkSync(join(root, 'elsewhere'), at('faceset_001'));
    await expect(undoLastChange(out)).rejects.toThrow(`${at('faceset_001')} was changed since`);
    expect(readdirSync(join(root, 'elsewhere', 'faces'))).toHaveLength(3);
  });

  it('take a touched or copied file for what it was', async () => {
    const before = fullTree(out);
    await recordChange(out, 'consolidate', consolidate);
    utimesSync(at('faceset_001', 'manifest.json'), 1, 1);
    writeFileSync(at('copy'), readFileSync(at('manifest.json')));
    renameSync(at('copy'), at('manifest.json'));
    await undoLastChange(out);
    expect(fullTree(out)).toEqual(before);
  });

  it('take back an edit that its owner has taken back', async () => {
    const before = fullTree(out);
    await recordChange(out, 'consolidate', consolidate);
    const name = at('_merged', 'faceset_002', 'NAME.txt');
    const text = readFileSync(name);
    writeFileSync(name, 'other');
    await expect(undoLastChange(out)).rejects.toThrow(name);
    writeFileSync(name, text);
    await undoLastChange(out);
    expect(fullTree(out)).toEqual(before);
  });

  it('find a faceset that its owner has renamed since', async () => {
    await recordChange(out, 'consolidate', consolidate);
    await recordChange(out, 'import', async () => {
      await mkdir(at('faceset_003'));
      await writeFile(at('faceset_003', 'manifest.json'), 'three');
    });
    renameSync(at('faceset_001'), at('Anna Maria'));
    mkdirSync(at('_thin'));
    renameSync(at('faceset_003'), at('_thin', 'Bob'));
    expect((await undoLastChange(out)).removed).toEqual(['_thin/Bob/manifest.json', '_thin/Bob']);
    await undoLastChange(out);
    expect(existsSync(at('faceset_001'))).toBe(false);
    expect(readFileSync(at('Anna Maria', 'faces', '0000.png'), 'utf8')).toBe('faceset_001 faces/0000.png');
    expect(readdirSync(at('Anna Maria', 'faces'))).toHaveLength(2);
  });

  it('take work back that throws, but not what others have added meanwhile', async () => {
    const before = fullTree(out);
    const failing = recordChange(out, 'failing', async () => {
      await consolidate();
      writeFileSync(at('notes.md'), 'mine');
      throw new Error('stopped');
    });
    await expect(failing).rejects.toThrow('stopped');
    expect(readFileSync(at('notes.md'), 'utf8')).toBe('mine');
    rmSync(at('notes.md'));
    expect(fullTree(out)).toEqual(before);
    expect(await undoableChanges(out)).toEqual([]);
  });

  it('let one program at a time change a folder', async () => {
    const inside = recordChange(out, 'outer', () => recordChange(out, 'inner', async () => {}));
    await expect(inside).rejects.toThrow(/swap is being written by process/);
    await recordChange(out, 'free again', () => replace(at('manifest.json'), 'x'));
  });

  it('are ended by whoever comes next without them, too, but not by the work itself', async () => {
    const before = fullTree(out);
    const dying = recordChange(out, 'consolidate', async () => {
      await consolidate();
      disk.dieAt = disk.calls;
    });
    await expect(dying).rejects.toThrow('died');
    disk.dieAt = Infinity;
    unlock();
    expect(fullTree(out)).not.toEqual(before);
    const recovered: string[] = [];
    const onRecovered = (operation: string) => recovered.push(operation);
    await recoverChanges(out, { onRecovered });
    expect(fullTree(out)).toEqual(before);
    await recordChange(out, 'work', () => recoverChanges(out, { onRecovered }));
    expect(recovered).toEqual(['consolidate']);
  });

  it('begin with a folder that does not exist, and leave one that is taken for empty', async () => {
    const fresh = join(root, 'fresh');
    await recordChange(fresh, 'first', () => writeFile(join(fresh, 'manifest.json'), 'x'));
    expect(statSync(fresh).mode & 0o777).toBe(0o700);
    await undoLastChange(fresh);
    expect(readdirSync(fresh)).toEqual(['.face-sets-undo']);
  });

  it('keep nothing that a search for photos would find', async () => {
    await recordChange(out, 'consolidate', consolidate);
    const found: string[] = [];
    for await (const { path } of listPhotos([join(out, '.face-sets-undo')])) found.push(path);
    expect(found).toEqual([]);
  });

  it('recover from a death before any single step of a change, with the tree of before or of after', async () => {
    const before = fullTree(out);
    disk.calls = 0;
    await recordChange(out, 'consolidate', consolidate);
    const steps = disk.calls;
    const after = shape(fullTree(out));
    await undoLastChange(out);
    let finished = 0;
    const recovered: string[] = [];
    for (let step = 1; step <= steps; step++) {
      disk.calls = 0;
      disk.dieAt = step;
      const died = await recordChange(out, 'consolidate', consolidate).then(
        () => false,
        () => true,
      );
      disk.dieAt = Infinity;
      unlock();
      await recordChange(out, 'look', async () => {}, { onRecovered: (name) => recovered.push(name) });
      if ((await undoableChanges(out)).length > 0) {
        finished++;
        expect(shape(fullTree(out)), `step ${step}`).toEqual(after);
        await undoLastChange(out);
      } else expect(died).toBe(true);
      expect(fullTree(out), `step ${step}`).toEqual(before);
    }
    expect(steps).toBeGreaterThan(40);
    expect(finished).toBeGreaterThan(0);
    expect(new Set(recovered)).toEqual(new Set(['consolidate']));
  });

  it('recover from a death before every second step of an undo', async () => {
    const before = fullTree(out);
    await recordChange(out, 'consolidate', consolidate);
    disk.calls = 0;
    await undoLastChange(out);
    const steps = disk.calls;
    for (let step = 1; step <= steps; step += 2) {
      await recordChange(out, 'consolidate', consolidate);
      disk.calls = 0;
      disk.dieAt = step;
      await undoLastChange(out).catch(() => {});
      disk.dieAt = Infinity;
      unlock();
      if ((await undoableChanges(out)).length > 0) await undoLastChange(out);
      else await recordChange(out, 'look', async () => {});
      expect(fullTree(out), `step ${step}`).toEqual(before);
    }
    expect(steps).toBeGreaterThan(20);
  });
});

describe('a program that is killed', () => {
  it(`while it changes an output and takes that back leaves one or the other state (${KILLS} kills)`, async () => {
    const before = fullTree(out);
    const random = seeded(7);
    let after: Record<string, string> | undefined;
    let recovered = 0;
    for (let kill = 1; kill <= KILLS; kill++) {
      await killed([CHILD, out], 20 + random() * 120);
      await recordChange(out, 'look', async () => {}, { onRecovered: () => recovered++ });
      if ((await undoableChanges(out)).length > 0) {
        const now = shape(fullTree(out));
        after ??= now;
        expect(now, `kill ${kill}`).toEqual(after);
        expect(existsSync(at('faceset_003'))).toBe(true);
        await undoLastChange(out);
      }
      expect(fullTree(out), `kill ${kill}`).toEqual(before);
    }
    expect(recovered).toBeGreaterThan(0);
  });
});

/** Runs a program, and kills it so many milliseconds after its first word. */
function killed(args: readonly string[], milliseconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: import.meta.dirname });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), milliseconds));
    child.on('close', (_, signal) => (signal === 'SIGKILL' ? resolve() : reject(new Error(errors))));
  });
}

/** The process that holds the lock is this one, which has not really died. */
function unlock(): void {
  rmSync(join(out, '.face-sets-undo', 'lock'), { force: true });
}

/** Without times: what is written twice differs in them. */
function shape(tree: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tree).map(([path, what]) => [path, what.replace(/ \d+$/, '')]));
}
