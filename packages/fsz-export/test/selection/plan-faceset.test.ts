import { type CacheImage, type CacheView, cacheWith } from '@face-sets/cache-npz';
import { faceKey, faceRefOf, ManifestMismatchError, type RefineManifest } from '@face-sets/manifests';
import { describe, expect, it } from 'vitest';
import { isSameFace, type PlanContext, planFaceset, resolveSwapOptions } from '../../src/index.js';

type Faceset = RefineManifest['facesets'][number];

const sha256 = (photo: number) => String(photo).repeat(64);

/** Photos with a face on each, by the size of its box and the direction of its embedding in degrees. */
function library(faces: readonly { side?: number; angle?: number; superseded?: true }[]) {
  const images = faces.map(
    ({ superseded }, i): CacheImage => ({
      path: `/p/${i}.jpg`,
      pathAliases: [],
      sha256: sha256(i),
      size: 100,
      mtime: 1,
      width: 1000,
      height: 1000,
      status: 'faces',
      superseded,
    }),
  );
  const view: CacheView = {
    images,
    faceCount: faces.length,
    dim: 2,
    imageIndex: Int32Array.from(faces, (_, i) => i),
    embedding: Float32Array.from(
      faces.flatMap(({ angle = 0 }) => {
        const turn = (angle * Math.PI) / 180;
        return [Math.cos(turn), Math.sin(turn)];
      }),
    ),
    bbox: Float32Array.from(faces.flatMap(({ side = 200 }) => [50, 50, 50 + side, 50 + side])),
    detScore: new Float32Array(faces.length).fill(0.9),
    blur: new Float32Array(faces.length).fill(300),
  };
  const cache = cacheWith(view, 'embedding', 'bbox', 'detScore', 'blur');
  const faceset: Faceset = {
    id: 'faceset_001',
    folder: 'faceset_001',
    unique_images: faces.length,
    faces: faces.map((_, row) => ({
      ...faceRefOf(cache, row),
      distance: 0,
      quality: { short_edge: 200, blur: 300 },
      files: [],
    })),
  };
  const context: PlanContext = { cache, options: resolveSwapOptions() };
  return { cache, faceset, context };
}

const codes = ({ rejected }: ReturnType<typeof planFaceset>) =>
  rejected.map(({ ref, reason }) => [ref.row, reason.code]);

describe('planFaceset', () => {
  it('ranks the faces that pass, and gives the others a reason, in the order of the cache', () => {
    const { faceset, context } = library([
      { side: 120 },
      { superseded: true },
      { side: 99.9 },
      { side: 400 },
      { angle: 80 },
      { angle: 4 },
    ]);
    const plan = planFaceset(faceset, context);
    expect(plan.faces.map(({ ref }) => ref.row)).toEqual([3, 5, 0]);
    expect(codes(plan)).toEqual([
      [1, 'superseded'],
      [2, 'short-edge'],
      [4, 'outlier'],
    ]);
    expect(plan.rejected[1].reason).toMatchObject({ limit: 100, message: 'short edge 99.9 px is below 100' });
    for (const { distance } of plan.faces) expect(distance).toBeLessThanOrEqual(0.45);
  });

  it('measures the distance to the centroid of all faces, before the small ones are left out', () => {
    const { faceset, context } = library([{ angle: 0, side: 50 }, { angle: 0, side: 50 }, { angle: 60 }]);
    const [only] = planFaceset(faceset, context).faces;
    expect(only.ref.row).toBe(2);
    expect(only.distance).toBeGreaterThan(0.1);
  });

  it('leaves out what was taken out before, with its reason and place', () => {
    const { faceset, context } = library([{}, {}]);
    const before = { reason: { code: 'second-face', message: 'two' }, dropped: '_dropped/0000.png' };
    const plan = planFaceset(faceset, context, new Map([[faceKey(faceset.faces[1]), before]]));
    expect(plan.rejected).toEqual([{ ref: expect.objectContaining({ row: 1 }), ...before }]);
    expect(plan.faces.map(({ ref }) => ref.row)).toEqual([0]);
  });

  it('adds the years that are known', () => {
    const { faceset, context } = library([{}, {}]);
    const { faces } = planFaceset(faceset, { ...context, years: new Map([[sha256(0), 2007]]) });
    expect(faces.map(({ year }) => year)).toEqual([2007, undefined]);
  });

  it('refuses a faceset of another cache', () => {
    const { faceset, context, cache } = library([{}, {}]);
    const other = structuredClone(faceset);
    other.faces[1].bbox[0] += 1;
    expect(() => planFaceset(other, context)).toThrow(ManifestMismatchError);
    expect(() => planFaceset(other, context)).toThrow(/^faceset_001: row 1 of the cache is not the face in /);
    const [face] = faceset.faces;
    expect(isSameFace(cache, face)).toBe(true);
    expect(isSameFace(cache, { ...face, bbox: [50.004, 50, 250, 250] })).toBe(true);
    expect(isSameFace(cache, { ...face, row: 2 })).toBe(false);
    expect(isSameFace(cache, { ...face, sha256: sha256(1) })).toBe(false);
  });
});

describe('the digest of a plan', () => {
  const { faceset, context, cache } = library([{}, { angle: 4 }]);
  const digest = (more: Partial<PlanContext> = {}, of: Faceset = faceset) =>
    planFaceset(of, { ...context, ...more }).inputsSha256;
  const withOptions = (options: Parameters<typeof resolveSwapOptions>[0]) =>
    digest({ options: resolveSwapOptions(options) });

  it('is the same for what makes the same files', () => {
    expect(digest()).toMatch(/^[0-9a-f]{64}$/);
    expect(digest({}, structuredClone(faceset))).toBe(digest());
    expect(withOptions({ concurrency: 7 })).toBe(digest());
    // A file for all people is none of the faceset's, and eras alone look at their least number.
    expect(withOptions({ formats: ['fsz', 'rope'] })).toBe(digest());
    expect(withOptions({ minEraFaces: 7 })).toBe(digest());
  });

  it('changes with whatever changes the files', () => {
    const turned = {
      ...cache,
      embedding: cache.embedding.map((value, i) => (i === 0 ? value * 1.01 : value)),
    };
    const era = { ...faceset, id: 'faceset_001_era_01', era_of: 'faceset_001' };
    const few = { ...context, options: resolveSwapOptions({ minEraFaces: 7 }) };
    const others = [
      digest(),
      withOptions({ padRatio: 0.6 }),
      withOptions({ formats: ['fsz', 'images'] }),
      digest({ finderIdentity: 'other models' }),
      digest({ years: new Map([[sha256(0), 2007]]) }),
      digest({ cache: turned }),
      digest({}, { ...faceset, label: 'Anna' }),
      digest({}, { ...faceset, faces: faceset.faces.slice(1) }),
      digest({}, era),
      digest(few, era),
    ];
    expect(new Set(others).size).toBe(others.length);
  });
});
