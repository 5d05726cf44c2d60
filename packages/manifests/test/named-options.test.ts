import { describe, expect, it } from 'vitest';
import { namedOptions, recordedOptions } from '../src/index.js';

const options = { minFaces: 3, link: 'clone', mirrored: true, topN: [30, 60], outSize: 512 };

describe('recordedOptions', () => {
  it('undoes namedOptions', () => {
    const named = namedOptions(options);
    expect(named).toEqual({ min_faces: 3, link: 'clone', mirrored: true, top_n: [30, 60], out_size: 512 });
    expect(recordedOptions(named, options)).toEqual(options);
  });

  it('leaves out what is not wanted, not recorded, or of another type', () => {
    const found = { min_faces: '3', link: ['clone'], mirrored: null, top_n: [], out_size: 640, other: 1 };
    expect(recordedOptions(found, options)).toEqual({ outSize: 640 });
    expect(recordedOptions({ top_n: ['30'] }, options)).toEqual({});
    expect(recordedOptions({ top_n: 30 }, options)).toEqual({});
  });
});
