import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { eraIdOf, facesetNumber } from '@face-sets/manifests';
import { CACHE_FILE, embeddingOfPerson, fullTree, seeded, tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import {
  cleanFacesets,
  consolidateFacesets,
  importFolders,
  newFacesetId,
  readCollection,
  recordChange,
  splitFacesetEras,
  undoableChanges,
  undoLastChange,
} from '../src/index.js';
import { SMALL, type SmallCollection, smallCollection } from './small-collection.js';

const PEOPLE = 4;
const PHOTOS = 8;
const GATES = { minShort: 10, minBlur: 0, minDetScore: 0 };
const SEQUENCES = 6;
const STEPS = 9;

/** Of each person the first six faces are apart, and the last two nearly the same as the first two. */
function spread(people: SmallCollection): void {
  const embedding = people.cache.embedding!.slice();
  people.rowsOf.forEach((rows, who) => {
    rows.forEach((row, n) => {
      const turned = embeddingOfPerson(who);
      turned[5 + (n % 3)] = n % 2 === 0 ? 8 : -8;
      turned[4] += n % 6 < 3 ? 4 : -4;
      embedding.set(turned, row * people.cache.dim);
    });
  });
  people.cache = { ...people.cache, embedding };
}

/** What an operation may touch: ids of facesets. */
type Operation = (people: SmallCollection, random: () => number) => Promise<Set<string> | null>;

const pick = <T>(items: readonly T[], random: () => number): T => items[Math.floor(random() * items.length)];
const some = (rows: readonly number[], least: number, random: () => number): number[] => {
  const chosen = rows.filter(() => random() < 0.6);
  return chosen.length >= least ? chosen : rows.slice(0, least);
};
/** Whose faces these are. */
const personOf = (rows: readonly number[]) => Math.floor(rows[0] / PHOTOS);

const OPERATIONS: Record<string, Operation> = {
  async import(people, random) {
    const { manifest } = await readCollection(people.out);
    const facesets = Array.from({ length: 1 + Math.floor(random() * 2) }, (_, n) => {
      const who = Math.floor(random() * PEOPLE);
      const label = random() < 0.5 ? { label: `Person ${who}` } : {};
      return { id: newFacesetId(manifest, n + 1), ...label, rows: some(people.rowsOf[who], 3, random) };
    });
    await recordChange(people.out, 'import', () =>
      people.export(facesets, { cache: people.cache, merge: true }),
    );
    return new Set(facesets.map(({ id }) => id));
  },
  async importFolders({ out, cache, finder }, random) {
    const who = Math.floor(random() * PEOPLE);
    const result = await importFolders({
      ...{ out, cache, cacheFile: CACHE_FILE, finder, options: SMALL },
      trusted: [{ label: `Person ${who}`, folders: [join(out, '..', 'photos', String(who))] }],
      sorting: GATES,
    });
    return new Set(result.imported.map(({ id, into }) => into ?? id));
  },
  async splitEras({ out, cache, finder }, random) {
    const { facesets } = await readCollection(out);
    const ids = facesets.filter(({ entry }) => entry.era_of === undefined).map(({ id }) => id);
    const facesetId = pick(ids, random);
    const year = (path: string) => 2000 + 3 * Number(basename(path, '.png'));
    await splitFacesetEras({
      ...{ out, cache, cacheFile: CACHE_FILE, finder, options: SMALL, facesetId },
      gates: GATES,
      split: { minAnchor: 2, subThreshold: 0.1 + random() * 0.2 },
      readYears: async (images) => new Map(images.map(({ sha256, path }) => [sha256, year(path)])),
    });
    return new Set(Array.from({ length: 99 }, (_, n) => eraIdOf(facesetId, n + 1)));
  },
  async grow(people, random) {
    const { facesets } = await readCollection(people.out);
    const { id, manifest } = pick(
      facesets.filter(({ entry }) => entry.era_of === undefined),
      random,
    );
    const rows = [...manifest.faces, ...manifest.rejected].map(({ row }) => row);
    const all = [...new Set([...rows, ...some(people.rowsOf[personOf(rows)], 3, random)])];
    const faceset = { id, ...(manifest.label ? { label: manifest.label } : {}), rows: all };
    await recordChange(people.out, 'grow', () =>
      people.export([faceset], { cache: people.cache, merge: true }),
    );
    return new Set([id]);
  },
  async split(people, random) {
    const { facesets } = await readCollection(people.out);
    const { id, manifest } = pick(
      facesets.filter(({ entry }) => entry.era_of === undefined),
      random,
    );
    const rows = manifest.faces.map(({ row }) => row);
    const at = 1 + Math.floor(random() * (rows.length - 1));
    const eras = [rows.slice(0, at), rows.slice(at)]
      .filter((part) => part.length > 0)
      .map((part, n) => ({
        id: `${id}_era_0${n + 1}`,
        era_of: id,
        years: [2000 + n, 2001 + n] as [number, number],
        rows: part,
      }));
    await recordChange(people.out, 'split', () => people.export(eras, { cache: people.cache, merge: true }));
    return new Set(eras.map((era) => era.id));
  },
  async consolidate({ out, cache, finder }, random) {
    const { proposals } = await consolidateFacesets({ out, cache, cacheFile: CACHE_FILE });
    if (proposals.length === 0) return null;
    const { keep, merge } = pick(proposals, random);
    const only = [keep, ...merge].map(({ id }) => id);
    await consolidateFacesets({ out, cache, cacheFile: CACHE_FILE, finder, only });
    return new Set(only);
  },
  async clean({ out, cache, finder }) {
    const { findings } = await cleanFacesets({ out, cache, cacheFile: CACHE_FILE, finder, apply: true });
    return findings.length > 0 ? new Set(findings.map(({ id }) => id)) : null;
  },
};

/** Everything that is in the folder of each faceset, by its id; the folder's name counts too. */
async function contents(out: string): Promise<Map<string, unknown>> {
  const { facesets } = await readCollection(out);
  return new Map(facesets.map(({ id, folder }) => [id, { folder, tree: fullTree(join(out, folder)) }]));
}

describe('import, split, consolidate and clean in any order', () => {
  it(`touch only what they name, use no number twice, and are taken back to the last bit (${SEQUENCES} × ${STEPS} steps)`, async () => {
    const counts: Record<string, number> = {};
    for (let seed = 1; seed <= SEQUENCES; seed++) {
      const random = seeded(seed);
      const people = await smallCollection(tempDir('merge-safety'), new Array(PEOPLE).fill(PHOTOS));
      spread(people);
      const { out } = people;
      await people.export(
        [0, 1].map((who) => ({ id: `faceset_00${who + 1}`, rows: people.rowsOf[who].slice(0, 5) })),
        { cache: people.cache },
      );
      renameSync(join(out, 'faceset_001'), join(out, 'Anna Maria'));
      writeFileSync(join(out, 'faceset_002', 'NAME.txt'), 'Bob\n');
      writeFileSync(join(out, 'Anna Maria', 'notes.txt'), 'mine');
      mkdirSync(join(out, 'faceset_002', 'more'));
      writeFileSync(join(out, 'faceset_002', 'more', 'mine.jpg'), 'mine');

      const states = [fullTree(out)];
      const used = new Set(['faceset_001', 'faceset_002']);
      for (let step = 1; step <= STEPS; step++) {
        const name = pick(Object.keys(OPERATIONS), random);
        const where = `seed ${seed}, step ${step}: ${name}`;
        const before = await contents(out);
        const { highest_number: highest } = (await readCollection(out)).manifest;
        const named = await OPERATIONS[name](people, random);
        const after = await contents(out);
        for (const [id, content] of before) {
          if (!named?.has(id)) expect(after.get(id), `${where}: ${id}`).toEqual(content);
        }
        for (const id of after.keys()) {
          if (before.has(id)) continue;
          expect(named, `${where}: ${id}`).toContain(id);
          if (id.includes('_era_')) continue;
          expect(used, where).not.toContain(id);
          expect(facesetNumber(id), where).toBeGreaterThan(highest as number);
          used.add(id);
        }
        // Whoever is gone lies whole in _merged.
        for (const id of before.keys()) {
          if (after.has(id) || id.includes('_era_')) continue;
          const kept = readdirSync(join(out, '_merged')).map((folder) =>
            fullTree(join(out, '_merged', folder)),
          );
          const { tree } = before.get(id) as { tree: unknown };
          expect(kept, `${where}: ${id}`).toContainEqual(tree);
        }
        expect(leftovers(out), where).toEqual([]);
        const state = fullTree(out);
        const changed = !isDeepStrictEqual(state, states.at(-1));
        // To grow by nobody, or to be split in the same way again, is nothing to take back.
        if (!named) expect(changed, where).toBe(false);
        else if (['import', 'consolidate', 'clean'].includes(name)) expect(changed, where).toBe(true);
        if (changed) {
          states.push(state);
          counts[name] = (counts[name] ?? 0) + 1;
        }
      }
      expect(await undoableChanges(out)).toHaveLength(states.length - 1);
      while (states.length > 1) {
        states.pop();
        const { operation } = await undoLastChange(out);
        expect(fullTree(out), `seed ${seed}: undo of ${operation}`).toEqual(states.at(-1));
      }
    }
    for (const name of Object.keys(OPERATIONS)) expect(counts[name] ?? 0, name).toBeGreaterThan(0);
  });
});

/** Names of unfinished work. */
function leftovers(out: string): string[] {
  return Object.keys(fullTree(out)).filter((path) => basename(path).startsWith('.face-sets'));
}
