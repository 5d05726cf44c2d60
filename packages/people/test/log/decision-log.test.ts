import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FileSystem, nodeFileSystem } from '@face-sets/files';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { ContradictionError, DecisionLog, DecisionLogError, type Saying } from '../../src/index.js';

const ref = (number: number) => ({ number, faces: [] });
const name = (number: number, text: string): Saying => ({ do: 'name', person: ref(number), name: text });
const now = () => new Date('2026-01-31T12:00:00Z');
const place = () => join(tempDir(), 'faces.decisions.jsonl');

describe('DecisionLog', () => {
  it('has nothing, and makes no file, until something is said', async () => {
    const path = place();
    const log = await DecisionLog.open(path);
    expect(log.decisions).toEqual([]);
    expect(existsSync(path)).toBe(false);
    await log.append([name(1, 'Anna')], 'cli');
    expect((await DecisionLog.open(path)).inForce).toMatchObject([{ id: 'd1', do: 'name', name: 'Anna' }]);
  });

  it('only ever grows, in lines that say when and by whom, readable by the owner alone', async () => {
    const path = place();
    const log = await DecisionLog.open(path, { now });
    await log.append([name(1, 'Anna')], 'cli');
    const before = readFileSync(path);
    const added = await log.append(
      [name(2, 'Bert'), { do: 'same', people: [ref(2), ref(3)] }],
      'import:digiKam',
    );
    expect(added.map(({ id, by, at }) => [id, by, at])).toEqual([
      ['d2', 'import:digiKam', '2026-01-31T12:00:00.000Z'],
      ['d3', 'import:digiKam', '2026-01-31T12:00:00.000Z'],
    ]);
    const after = readFileSync(path);
    expect(after.subarray(0, before.length)).toEqual(before);
    expect(after.toString().split('\n')).toHaveLength(4);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('appends to what others have said meanwhile, and refuses what contradicts that', async () => {
    const path = place();
    const [one, other] = [await DecisionLog.open(path), await DecisionLog.open(path)];
    await one.append([{ do: 'same', people: [ref(1), ref(2)] }], 'cli');
    await expect(other.append([{ do: 'different', people: [ref(2), ref(1)] }], 'review')).rejects.toThrow(
      'this contradicts d1: 1 and 2 are one person; take that back first',
    );
    await other.append([name(1, 'Anna')], 'review');
    expect(other.decisions.map(({ id }) => id)).toEqual(['d1', 'd2']);
  });

  it('takes many processes that append at once one after the other, or refuses', async () => {
    const path = place();
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, async (_, at) =>
        (await DecisionLog.open(path)).append([name(at + 1, `P${at}`)], 'cli'),
      ),
    );
    const done = results.filter(({ status }) => status === 'fulfilled').length;
    expect((await DecisionLog.open(path)).decisions).toHaveLength(done);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason.message).toContain('the decision log');
    }
  });

  it('appends all of a batch or nothing, and names what the one in its way contradicts', async () => {
    const log = await DecisionLog.open(place());
    const error: unknown = await log
      .append([name(1, 'Anna'), name(2, 'Bert'), { do: 'same', people: [ref(1), ref(2)] }], 'cli')
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ContradictionError);
    expect((error as ContradictionError).decisions).toMatchObject([{ name: 'Anna' }, { name: 'Bert' }]);
    expect(existsSync(log.path)).toBe(false);
  });

  it('takes back, and takes back the taking back', async () => {
    const log = await DecisionLog.open(place());
    const [{ id }] = await log.append([name(1, 'Anna')], 'cli');
    const [revert] = await log.append([{ do: 'revert', ids: [id] }], 'cli');
    expect(log.inForce).toEqual([]);
    await log.append([{ do: 'revert', ids: [revert.id] }], 'cli');
    expect(log.inForce).toHaveLength(1);
    await expect(log.append([{ do: 'revert', ids: ['d99'] }], 'cli')).rejects.toThrow('no decision d99');
  });

  it('drops what a crash cut off when it appends, and goes on after a line without an end', async () => {
    const path = place();
    const log = await DecisionLog.open(path);
    await log.append([name(1, 'Anna')], 'cli');
    appendFileSync(path, '{"id":"d2","at":"2026-01');
    await log.append([name(2, 'Bert')], 'cli');
    expect((await DecisionLog.open(path)).decisions).toMatchObject([{ name: 'Anna' }, { name: 'Bert' }]);
    writeFileSync(path, readFileSync(path, 'utf8').trimEnd());
    await log.append([name(3, 'Cleo')], 'cli');
    expect((await DecisionLog.open(path)).decisions).toHaveLength(3);
  });

  it('numbers on where someone has written lines with ids of their own', async () => {
    const path = place();
    const line = { id: 'd2', at: '2026-01-31T12:00:00.000Z', by: 'cli', ...name(1, 'Anna') };
    writeFileSync(path, `${JSON.stringify(line)}\n`);
    const log = await DecisionLog.open(path);
    const added = await log.append([name(2, 'Bert'), name(3, 'Cleo')], 'cli');
    expect(added.map(({ id }) => id)).toEqual(['d3', 'd4']);
  });

  it('refuses to open what was made contradictory by hand, and names the lines', async () => {
    const path = place();
    const lines = [
      { do: 'same', people: [ref(1), ref(2)] },
      { do: 'different', people: [ref(1), ref(2)] },
    ].map((saying, at) => ({ id: `x${at}`, at: '2026-01-31T12:00:00.000Z', by: 'cli', ...saying }));
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await expect(DecisionLog.open(path)).rejects.toThrow('x0, x1 contradict each other');
    await expect(DecisionLog.open(path)).rejects.toThrow(DecisionLogError);
  });

  it('leaves the file as it was where the disk is full', async () => {
    const path = place();
    await (await DecisionLog.open(path)).append([name(1, 'Anna')], 'cli');
    const before = readFileSync(path);
    const full: FileSystem = {
      ...nodeFileSystem,
      open: async (file, flags, mode) => {
        const opened = await nodeFileSystem.open(file, flags, mode);
        if (file !== path || flags === 'r') return opened;
        return {
          read: opened.read.bind(opened),
          truncate: (length) => opened.truncate(length),
          sync: () => opened.sync(),
          stat: () => opened.stat(),
          close: () => opened.close(),
          write: async (bytes, offset, _, position) => {
            if (position > before.length) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
            return opened.write(bytes, offset, 10, position);
          },
        };
      },
    };
    const log = await DecisionLog.open(path, { fs: full });
    await expect(log.append([name(2, 'Bert'), name(3, 'Cleo')], 'cli')).rejects.toThrow('full');
    expect(readFileSync(path)).toEqual(before);
    expect(log.decisions).toHaveLength(1);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });
});
