import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { cluster, evaluate, PipelineError } from '../../src/index.js';
import { annaAndBen, drawnCache, threePeople } from '../drawn-cache.js';

const root = tempDir('pipeline-truth');
const photos = join(root, 'photos');
const manifest = join(root, 'raw', 'manifest.json');

beforeAll(async () => {
  const [first, ...others] = threePeople(photos);
  // The first of Anna's photos lies outside of the folders of people, and a copy of it in hers.
  const copied = { ...first!, path: join(root, 'elsewhere', 'anna.png'), aliases: [first!.path] };
  const cache = join(root, 'faces.npz');
  await drawnCache(cache, [
    copied,
    ...others,
    annaAndBen(join(photos, 'anna', 'with ben, too.png')),
    { path: join(photos, 'loose.png'), faces: [{ who: 2, bbox: [90, 50, 230, 220] }] },
  ]);
  await cluster(cache, join(root, 'raw'));
});

let number = 0;

/** What a CSV file of these lines beside the photos says. */
function csv(...lines: string[]) {
  const truth = join(root, `truth-${number++}.csv`);
  writeFileSync(truth, lines.join(''));
  return evaluate(manifest, { truth });
}

describe('A truth in folders', () => {
  it('says who is alone on a photo below the folder of a person, copies included, and nothing else', async () => {
    const result = await evaluate(manifest, { truth: photos });
    // Unknown: both on the photo of Anna and Ben, and the photo that lies in no folder of a person.
    expect(result).toMatchObject({ faces: 9, people: 3, unknown: 3, merged: [], split: [] });
    expect(result.pairwise).toEqual({ precision: 1, recall: 1, f1: 1 });
  });
});

describe('A truth in a CSV file', () => {
  it('says who is alone on a photo, by a path below its folder or from the root', async () => {
    const result = await csv(
      'photos/anna/1.png,Anna\n',
      `${join(photos, 'anna', '2.png')},Anna\n`,
      'photos/ben/0.png,Ben\n',
      'photos/ben/no such photo.png,Ben\n',
    );
    expect(result).toMatchObject({ faces: 3, people: 2, unknown: 9, merged: [], split: [] });
  });

  it('may have a header, a byte order mark, Windows lines, quotes and empty lines', async () => {
    const result = await csv(
      '\uFEFFPath,person\r\n',
      '"photos/anna/1.png","Anna ""the first"", of Kent"\r\n',
      '\r\n',
      ' photos/ben/0.png , Anna "the first"\r\n',
    );
    expect(result).toMatchObject({ faces: 2, people: 2, merged: [] });
    // One person by the same quoted name, whose two photos are in two clusters.
    const split = await csv('path,person\r\n', 'photos/anna/1.png,"X, Y"\r\n', 'photos/ben/0.png,"X, Y"\r\n');
    expect(split.split).toMatchObject([{ person: 'X, Y', clusters: [{ faces: 1 }, { faces: 1 }] }]);
  });

  it('says by a point which face of a photo is meant', async () => {
    const group = '"photos/anna/with ben, too.png"';
    const right = await csv(`${group},Anna,85,140\n`, `${group},Ben,285,140\n`, 'photos/anna/1.png,Anna\n');
    expect(right).toMatchObject({ faces: 3, people: 2, merged: [], split: [] });
    const swapped = await csv(`${group},Ben,85,140\n`, 'photos/anna/1.png,Anna\n');
    expect(swapped.merged).toMatchObject([
      { people: [{ faces: 1 }, { faces: 1 }], strays: [{ source: expect.stringContaining('anna') }] },
    ]);
    // Without a point it does not say which of the two, and beside the boxes nobody is meant.
    const vague = await csv(`${group},Anna\n`, `${group},Ben,5,5\n`, 'photos/anna/1.png,Anna\n');
    expect(vague).toMatchObject({ faces: 1, unknown: 11 });
  });

  it.each([
    ['too few cells', 'photos/ben/0.png', 2],
    ['too many cells', 'photos/ben/0.png,Ben,1', 2],
    ['a point that is none', 'photos/ben/0.png,Ben,left,top', 2],
    ['nobody', 'photos/ben/0.png,', 2],
  ])('is refused for a line with %s, which is named', async (_, line, at) => {
    const failing = csv('photos/anna/1.png,Anna\n', `${line}\n`);
    await expect(failing).rejects.toThrow(PipelineError);
    await expect(failing).rejects.toThrow(`line ${at} is "${line}"; expected path,person or path,person,x,y`);
  });

  it('is refused where it is no CSV', async () => {
    await expect(csv('photos/anna/1.png,Anna\n', '"photos/ben')).rejects.toThrow(
      /truth-\d+\.csv is not CSV: /,
    );
  });
});

describe('A truth', () => {
  it('is refused where it is not there, or says nothing about any face', async () => {
    const gone = join(root, 'gone');
    await expect(evaluate(manifest, { truth: gone })).rejects.toThrow(
      `the truth ${gone} is not there; expected a folder of people or a CSV file`,
    );
    const empty = join(root, 'empty');
    mkdirSync(empty);
    const failing = evaluate(manifest, { truth: empty });
    await expect(failing).rejects.toThrow(PipelineError);
    await expect(failing).rejects.toThrow(`${empty} says nothing about any of the 12 faces of ${manifest}`);
  });
});
