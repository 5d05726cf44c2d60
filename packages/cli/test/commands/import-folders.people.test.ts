import { cpSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type GoldenFile, iou, sharedPath, tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { faceSets } from '../face-sets.js';

const models = sharedPath('models');
const photos = sharedPath('photos');

/** On each group photo the left edges of the golden boxes of the three people; the others on it are not imported. */
const GROUPS: Record<string, Record<string, number>> = {
  'bbt3.jpg': { howard: 156, penny: 259, raj: 367 },
  'bbt5.jpg': { howard: 717, penny: 222, raj: 101 },
};

describe.skipIf(!models || !photos)('face-sets import-folders with real photos and models', () => {
  it("cuts from group photos each person's face, where InsightFace has it, and no one else's", async () => {
    const root = tempDir('import-people');
    const folders = ['howard', 'penny', 'raj'].map((name) => join(root, 'people', name));
    for (const folder of folders)
      cpSync(join(photos!, 'people', basename(folder)), folder, { recursive: true });
    for (const photo of Object.keys(GROUPS))
      cpSync(join(photos!, 'groups', photo), join(root, 'groups', photo));
    const cache = join(root, 'faces.npz');
    const embedded = await faceSets(['embed', root, cache, '--models', models!]);
    expect(embedded.code, embedded.stderr).toBe(0);
    const out = join(root, 'out');
    const sizes = ['--min-short', '40', '--min-blur', '0', '--min-face-short', '40'];
    const { code, stdout, stderr } = await faceSets([
      'import-folders',
      cache,
      out,
      '--trusted',
      ...folders,
      '--mixed',
      join(root, 'groups'),
      '--models',
      models!,
      ...sizes,
      '--json',
    ]);
    expect(code, stderr).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.problems).toEqual([]);
    expect(report.people).toMatchObject(
      folders.map((folder) => ({ label: basename(folder), photos: 5, photos_of_person: 5, mixed: 2 })),
    );
    expect(report.rejected_by).toEqual({ 'unknown-person': 4 });

    const golden: GoldenFile = JSON.parse(
      readFileSync(sharedPath('goldens/insightface/golden.json')!, 'utf8'),
    );
    for (const { id, label } of report.people as { id: string; label: string }[]) {
      const { faces } = JSON.parse(readFileSync(join(out, id, 'manifest.json'), 'utf8'));
      const fromGroups = (faces as { source: string; bbox: number[] }[]).filter(
        ({ source }) => basename(source) in GROUPS,
      );
      expect(fromGroups.map(({ source }) => basename(source)).sort()).toEqual(Object.keys(GROUPS));
      for (const { source, bbox } of fromGroups) {
        const photo = basename(source);
        const boxes = golden[`groups/${photo}`]!.auto!.map((face) => face.bbox);
        const overlaps = boxes.map((box) => iou(box, bbox));
        const nearest = boxes[overlaps.indexOf(Math.max(...overlaps))]!;
        expect(Math.max(...overlaps)).toBeGreaterThan(0.95);
        expect(Math.round(nearest[0]!), `${photo} ${label}`).toBe(GROUPS[photo]![label]);
      }
    }
  });
});
