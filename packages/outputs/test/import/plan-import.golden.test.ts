import { sharedPath } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { type ImportPlan, planImport, trustedPeople } from '../../src/index.js';
import { folderOf, type GoldenPhoto, goldenCache, goldenPhotos } from './golden-cache.js';

/** The group photos are pictures of faces as small as 44 pixels: no face is left out for its size. */
const GATES = { minShort: 0, minBlur: 0, minDetScore: 0 };

/**
 * Who is on the group photos: `x` of the golden box's left edge and the folder of the person, where InsightFace's own
 * embedding is nearer to that person's portraits than to anyone else's by 0.1 and more; `nobody` where it is 0.66 or
 * farther from everyone's. The embedder's distances between people begin at 0.64.
 */
const GROUPS: Record<string, [x: number, who: string][]> = {
  'bbt1.jpg': [
    [1002, 'sheldon'],
    [212, 'raj'],
    [473, 'leonard'],
    [734, 'howard'],
  ],
  'bbt2.jpg': [
    [-5, 'raj'],
    [384, 'sheldon'],
    [96, 'leonard'],
  ],
  'bbt3.jpg': [
    [156, 'howard'],
    [488, 'leonard'],
    [35, 'sheldon'],
    [259, 'penny'],
    [367, 'raj'],
  ],
  'bbt4.jpg': [
    [466, 'sheldon'],
    [48, 'leonard'],
    [82, 'amy'],
    [579, 'bernadette'],
    [236, 'raj'],
    [258, 'penny'],
  ],
  'bbt5.jpg': [
    [101, 'raj'],
    [577, 'leonard'],
    [222, 'penny'],
    [717, 'howard'],
    [438, 'sheldon'],
  ],
  't1.jpg': [
    [746, 'nobody'],
    [465, 'nobody'],
    [59, 'nobody'],
    [1131, 'nobody'],
    [905, 'nobody'],
    [269, 'nobody'],
  ],
};

/** People whose faces are farther than that from their portraits: turned away, or cut off by the edge of the photo. */
const MISSED = {
  0.45: ['bbt1 sheldon', 'bbt1 raj', 'bbt1 leonard', 'bbt2 raj', 'bbt2 sheldon', 'bbt2 leonard'],
  0.6: ['bbt2 raj'],
};

describe.skipIf(!sharedPath('goldens/insightface'))('planImport on the golden boxes and embeddings', () => {
  const photos = () => goldenPhotos();
  const folder = (name: string) => sharedPath('photos', name) as string;

  async function plan(list: readonly GoldenPhoto[], mixedThreshold?: number): Promise<ImportPlan> {
    const trusted = await trustedPeople({ parents: [folder('people')] });
    expect(trusted).toHaveLength(13);
    return planImport(
      goldenCache(list),
      { trusted, mixed: [folder('groups')] },
      { ...GATES, mixedThreshold },
    );
  }

  for (const threshold of [0.45, 0.6] as const) {
    it(`routes each face of the group photos to the right person and to no other, up to ${threshold}`, async () => {
      const list = photos();
      const { people, rejected, problems } = await plan(list, threshold);
      const faces = list.flatMap(({ path, faces: found }) => found.map((face) => ({ path, face })));
      const outcome = new Map<number, string>();
      for (const { label, faces: own } of people) {
        for (const { row, distance } of own) {
          expect(outcome.has(row)).toBe(false);
          outcome.set(row, `${label} ${distance.toFixed(3)}`);
        }
      }
      for (const { row, reason } of rejected) outcome.set(row, `- ${reason.code}: ${reason.message}`);
      const table: string[] = [];
      const missed: string[] = [];
      for (const [photo, expected] of Object.entries(GROUPS)) {
        const here = faces.flatMap(({ path, face }, row) =>
          path.endsWith(`/${photo}`) ? [{ face, row }] : [],
        );
        expect(here.map(({ face }) => Math.round(face.bbox[0]))).toEqual(expected.map(([x]) => x));
        here.forEach(({ face, row }, i) => {
          const who = expected[i][1];
          const found = outcome.get(row) as string;
          table.push(`${photo} [${face.bbox.map(Math.round).join(' ')}]  ${who.padEnd(10)}  →  ${found}`);
          if (found.startsWith(`${who} `)) return;
          // Left out is the right outcome for strangers, and the only other one there may be.
          expect(found, table.at(-1)).toMatch(/^- unknown-person/);
          if (who !== 'nobody') missed.push(`${photo.replace('.jpg', '')} ${who}`);
        });
      }
      if (process.env.FACE_SETS_PRINT) process.stdout.write(`${table.join('\n')}\n`);
      expect(table).toHaveLength(29);
      expect(missed).toEqual(MISSED[threshold]);
      expect(problems).toEqual([]);
    });
  }

  it('keeps the portraits of each folder, but for one that is unlike the others', async () => {
    const list = photos();
    const { people, rejected } = await plan(list);
    const path = goldenCache(list);
    const folderOfRow = (row: number) => folderOf(path.images[path.imageIndex[row]].path);
    const own = people.map(({ label, faces, photos: all, photosOfPerson }) => {
      const trusted = faces.filter(({ from }) => from === 'trusted');
      expect(trusted.every(({ row }) => folderOfRow(row) === label)).toBe(true);
      expect(trusted).toHaveLength(photosOfPerson);
      return `${label} ${photosOfPerson}/${all}`;
    });
    expect(own.filter((line) => !/ (\d+)\/\1$/.test(line))).toEqual(['leonard 4/5']);
    const strays = rejected.filter(({ row }) => folderOfRow(row) !== 'groups');
    expect(strays.map(({ row, reason }) => [folderOfRow(row), reason.code])).toEqual([
      ['leonard', 'outlier'],
    ]);
  });

  it('rejects a bystander planted in each folder, alone or beside the person', async () => {
    const list = photos();
    const portraits = list.filter(({ path }) => path.includes('/people/'));
    const names = [...new Set(portraits.map(({ path }) => folderOf(path)))];
    const planted: GoldenPhoto[] = [];
    const with_: string[] = [];
    names.forEach((name, i) => {
      const other = portraits.find(
        ({ path }) => folderOf(path) === names[(i + 1) % names.length],
      ) as GoldenPhoto;
      const own = portraits.find(({ path }) => folderOf(path) === name) as GoldenPhoto;
      planted.push({ path: `${folder('people')}/${name}/alone.jpg`, faces: other.faces });
      planted.push({ path: `${folder('people')}/${name}/beside.jpg`, faces: [...other.faces, ...own.faces] });
      with_.push(name, name);
    });
    const all = [...list, ...planted];
    const { people, rejected, problems } = await plan(all);
    expect(problems).toEqual([]);
    const cache = goldenCache(all);
    const rowsIn = (image: number) =>
      Array.from(cache.imageIndex.keys()).filter((row) => cache.imageIndex[row] === image);
    planted.forEach(({ path }, i) => {
      const [stranger, person] = rowsIn(list.length + i);
      const reason = rejected.find(({ row }) => row === stranger)?.reason;
      expect(reason, path).toMatchObject({ code: 'outlier', limit: 0.45 });
      expect(reason?.value, path).toBeGreaterThan(0.6);
      expect(people.some(({ faces }) => faces.some(({ row }) => row === stranger))).toBe(false);
      if (person === undefined) return;
      const owner = people.find(({ faces }) => faces.some(({ row }) => row === person));
      expect(owner?.label).toBe(with_[i]);
    });
  });
});
