import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OutputFolderError } from '@face-sets/files';
import { ManifestMismatchError, readManifest } from '@face-sets/manifests';
import { adjustedRand, driftingIdentity, firstFaces } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type FacesetErasResult,
  facesetAt,
  readEras,
  splitFacesetEras,
  undoLastChange,
} from '../../src/index.js';
import { type Fixture, fixture, treeOf } from './eras-fixture.js';

describe('splitting a faceset of 600 photos with dates, of a person from 2005 to 2024', () => {
  let made: Fixture;
  let before: Record<string, string>;
  let first: FacesetErasResult;

  beforeAll(async () => {
    made = await fixture(driftingIdentity(3));
    before = treeOf(made.out);
    first = await splitFacesetEras(made.run());
  });

  it('finds the eras: faces in anchors are with those of their own era', () => {
    const { faces } = made.identity;
    const anchors = new Set(first.eras.eras.filter(({ anchor }) => anchor).map(({ id }) => id));
    const members = first.refine.facesets.flatMap((era) =>
      anchors.has(era.id) ? era.faces.map(({ row }) => ({ era: era.id, truth: faces[row].era })) : [],
    );
    expect(members.length).toBeGreaterThan(500);
    expect(
      adjustedRand(
        members.map(({ era }) => era),
        members.map(({ truth }) => truth),
      ),
    ).toBeGreaterThan(0.9);
    expect(anchors.size).toBe(5);
  });

  it('joins no fragment across more than five years', () => {
    const joined = first.eras.fragments.filter(({ unmatched }) => unmatched === null);
    expect(joined.length).toBeGreaterThan(3);
    for (const { year_gap } of joined) expect(year_gap).toBeLessThanOrEqual(5);
    expect(first.eras.fragments.map(({ unmatched }) => unmatched)).toContain('years-apart');
    expect(first.eras.fragments.map(({ unmatched }) => unmatched)).toContain('too-far');
  });

  it('exports each era like a faceset, with its years; small ones to _thin with THIN.txt', async () => {
    const { facesets, thin_eras } = await readManifest(join(made.out, 'manifest.json'), 'export-swap');
    const eras = facesets.filter(({ era_of }) => era_of === 'faceset_001');
    expect(eras.map(({ id }) => id).sort()).toEqual(
      first.eras.eras.filter(({ anchor }) => anchor).map(({ id }) => id),
    );
    for (const { id, folder, years, faces } of eras) {
      expect(faces).toBeGreaterThanOrEqual(20);
      expect(readFileSync(join(made.out, folder, `${id}.txt`), 'utf8')).toContain(
        `${years?.[0]}-${years?.[1]}`,
      );
      for (const bundle of ['top5', 'all'])
        expect(existsSync(join(made.out, folder, `${id}_${bundle}.fsz`))).toBe(true);
    }
    expect(thin_eras?.length).toBeGreaterThan(2);
    for (const { folder, faces } of thin_eras ?? []) {
      expect(folder).toMatch(/^_thin\/faceset_001_era_\d\d$/);
      expect(faces).toBeLessThan(20);
      expect(existsSync(join(made.out, folder, 'THIN.txt'))).toBe(true);
    }
  });

  it('says of every face near the person what became of it, and keeps the files to their owner', async () => {
    const listed = [...first.refine.facesets.flatMap(({ faces }) => faces), ...first.refine.rejected].map(
      ({ row }) => row,
    );
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.length).toBe(first.eras.summary.recovered);
    expect(first.eras.summary).toMatchObject({ candidates: 620, elsewhere: 0 });
    for (const path of Object.values(first.paths)) expect(statSync(path).mode & 0o077).toBe(0);
    expect(await readManifest(first.paths.eras, 'eras')).toEqual(first.eras);
  });

  it('asks for the dates of faces near the person only, and opens no photo again for another threshold', async () => {
    const ofPerson = made.identity.faces.filter(({ kind }) => kind !== 'stranger').length;
    expect(made.photosRead).toBe(ofPerson);
    expect(first.eras.summary.recovered).toBeLessThan(ofPerson);
    await splitFacesetEras(made.run({ split: { subThreshold: 0.3 } }));
    const wider = {
      split: { recoverThreshold: 0.7, tightenThreshold: 0.7 },
      gates: { minBlur: 0, minShort: 0 },
    };
    expect((await splitFacesetEras(made.run(wider))).eras.options.recover_threshold).toBe(0.7);
    expect(made.photosRead).toBe(ofPerson);
  });

  it('replaces the eras of an earlier split and leaves every other faceset byte for byte', async () => {
    const { eras } = await splitFacesetEras(made.run({ split: { minFragment: 20 } }));
    const { facesets, thin_eras } = await readManifest(join(made.out, 'manifest.json'), 'export-swap');
    expect(facesets.filter(({ era_of }) => era_of).map(({ id }) => id)).toEqual(
      eras.eras.map(({ id }) => id),
    );
    expect(thin_eras).toBeUndefined();
    const now = treeOf(made.out);
    for (const [path, hash] of Object.entries(before))
      if (path !== 'manifest.json') expect(now[path]).toBe(hash);
    expect(Object.keys(now).filter((path) => path.startsWith('_thin/'))).toEqual([]);
  });

  it('gives an era that has lost its number to no other: eras with the same faces keep theirs, new ones get new ones', async () => {
    const { eras, refine } = await splitFacesetEras(made.run({ split: { minFragment: 20 } }));
    const highest = Math.max(...eras.eras.map(({ id }) => Number(id.slice(-2))));
    const again = await splitFacesetEras(made.run());
    const kept = again.refine.facesets.filter(({ id }) => refine.facesets.some((era) => era.id === id));
    expect(kept.map(({ id }) => id)).toEqual(refine.facesets.map(({ id }) => id));
    const fresh = again.eras.eras.filter(({ id }) => !kept.some((era) => era.id === id));
    expect(fresh.length).toBeGreaterThan(2);
    for (const { id } of fresh) expect(Number(id.slice(-2))).toBeGreaterThan(highest);
    expect(fresh.map(({ id }) => id)).not.toEqual(first.eras.eras.map(({ id }) => id).slice(-fresh.length));
  });

  it('changes nothing when it is run again', async () => {
    await splitFacesetEras(made.run());
    const now = treeOf(made.out);
    const again = await splitFacesetEras(made.run());
    expect(again.exported?.written).toEqual([]);
    expect(treeOf(made.out)).toEqual(now);
  });

  it('is taken back by undo', async () => {
    await splitFacesetEras(made.run());
    const now = treeOf(made.out);
    await splitFacesetEras(made.run({ split: { subThreshold: 0.32, minFragment: 5 } }));
    expect(treeOf(made.out)).not.toEqual(now);
    expect((await undoLastChange(made.out)).operation).toBe('eras split faceset_001');
    expect(treeOf(made.out)).toEqual(now);
  });

  it('exports with the options of the output where none are given', async () => {
    await splitFacesetEras(made.run());
    const now = treeOf(made.out);
    const again = await splitFacesetEras(made.run({ options: undefined }));
    expect(again.exported?.written).toEqual([]);
    expect(treeOf(made.out)).toEqual(now);
  });

  it('leaves an era its number, and with it the folder and the name that its owner gave it', async () => {
    const [era] = (await splitFacesetEras(made.run())).placed;
    renameSync(join(made.out, era.folder), join(made.out, 'Anna at school'));
    writeFileSync(join(made.out, 'Anna at school', 'NAME.txt'), 'Anna, young\n');
    const { placed } = await splitFacesetEras(made.run({ split: { tightenThreshold: 0.49 } }));
    expect(placed.find(({ id }) => id === era.id)?.folder).toBe('Anna at school');
    expect(readFileSync(join(made.out, 'Anna at school', 'NAME.txt'), 'utf8')).toBe('Anna, young\n');
    expect(await facesetAt(join(made.out, 'Anna at school'))).toEqual({ out: made.out, id: era.id });
  });

  it('finds the faceset of a folder, thin ones too, and says what a folder is that has none', async () => {
    const thin = (await splitFacesetEras(made.run())).placed.find(({ status }) => status === 'thin')!;
    expect(await facesetAt(join(made.out, thin.folder))).toEqual({ out: made.out, id: thin.id });
    await expect(facesetAt(made.out)).rejects.toThrow(
      /is a whole output: expected the folder of one of its facesets/,
    );
    await expect(facesetAt(made.root)).rejects.toThrow(/no manifest at/);
  });

  it('looks below the given folders only, and says where more was found', async () => {
    await expect(splitFacesetEras(made.run({ sources: [join(made.root, 'elsewhere')] }))).rejects.toThrow(
      /the cache has no photo in .*elsewhere/,
    );
    await expect(splitFacesetEras(made.run({ facesetId: 'faceset_007' }))).rejects.toThrow(
      new OutputFolderError(`${made.out} has no faceset_007; it has faceset_001, faceset_002`),
    );
    const [{ id: era }] = (await readEras(made.out, 'faceset_001'))!.eras.eras;
    await expect(splitFacesetEras(made.run({ facesetId: era }))).rejects.toThrow(/is an era of faceset_001/);
    const other = { ...firstFaces(made.cache, 3) };
    await expect(splitFacesetEras(made.run({ cache: other }))).rejects.toThrow(ManifestMismatchError);
  });
});
