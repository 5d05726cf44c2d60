import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonWith, seeded, sharedPath, tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { bboxBlur, laplacianVariance, toGray } from '../../src/index.js';
import { randomImage } from '../helpers.js';

const python = pythonWith('cv2', 'numpy');
const golden = sharedPath('goldens/insightface/golden.json');
const photos = sharedPath('photos');

describe.skipIf(!python)('beside OpenCV (skipped without a Python that has cv2 and numpy)', () => {
  it('gives the same gray value for every one of the 16.7 million colors', () => {
    const file = join(tempDir(), 'gray.bin');
    execFileSync(python!, [
      '-c',
      `
import sys, numpy as np, cv2
b, g, r = np.meshgrid(*[np.arange(256, dtype=np.uint8)] * 3, indexing='ij')
cv2.cvtColor(np.stack([r, g, b], -1).reshape(4096, 4096, 3), cv2.COLOR_RGB2GRAY).tofile(sys.argv[1])`,
      file,
    ]);
    const data = new Uint8Array(4096 * 4096 * 3);
    for (let i = 0; i < 4096 * 4096; i++) {
      data[i * 3] = i & 255;
      data[i * 3 + 1] = (i >> 8) & 255;
      data[i * 3 + 2] = i >> 16;
    }
    const gray = toGray({ data, width: 4096, height: 4096 });
    expect(Buffer.compare(gray.data, readFileSync(file))).toBe(0);
  });

  it('gives the same Laplacian variance at every size down to one pixel', () => {
    const random = seeded(1);
    const sizes = [
      [1, 1],
      [1, 2],
      [2, 1],
      [1, 7],
      [7, 1],
      [2, 2],
      [2, 3],
      [3, 2],
      [3, 3],
      [5, 4],
      [17, 31],
      [64, 64],
      [200, 133],
    ];
    const images = sizes.map(([width, height]) => randomImage(width, height, random));
    const dir = tempDir();
    for (const [i, image] of images.entries()) writeFileSync(join(dir, `${i}.bin`), image.data);
    const expected = JSON.parse(
      execFileSync(
        python!,
        [
          '-c',
          `
import sys, json, os, numpy as np, cv2
out = []
for i, (w, h) in enumerate(json.loads(sys.argv[2])):
    im = np.fromfile(os.path.join(sys.argv[1], f'{i}.bin'), np.uint8).reshape(h, w, 3)
    out.append(float(cv2.Laplacian(cv2.cvtColor(im, cv2.COLOR_RGB2GRAY), cv2.CV_64F).var()))
print(json.dumps(out))`,
          dir,
          JSON.stringify(sizes),
        ],
        { encoding: 'utf8' },
      ),
    ) as number[];
    images.forEach((image, i) => {
      const variance = laplacianVariance(toGray(image));
      expect(Math.abs(variance - expected[i])).toBeLessThanOrEqual(1e-12 * (1 + expected[i]));
    });
  });

  it.skipIf(!golden || !photos)(
    'gives the blur of every face in the reference output (needs shared data)',
    () => {
      const dir = tempDir();
      const faces = JSON.parse(readFileSync(golden!, 'utf8')) as Record<
        string,
        { shape: [number, number, number]; auto: { bbox: number[]; laplacian_var: number }[] }
      >;
      const names = Object.keys(faces);
      execFileSync(python!, [
        '-c',
        `
import sys, json, os, cv2
for i, name in enumerate(json.loads(sys.argv[2])):
    cv2.cvtColor(cv2.imread(os.path.join(sys.argv[1], name)), cv2.COLOR_BGR2RGB).tofile(os.path.join(sys.argv[3], f'{i}.bin'))`,
        photos!,
        JSON.stringify(names),
        dir,
      ]);
      let checked = 0;
      names.forEach((name, i) => {
        const { shape, auto } = faces[name];
        const image = { data: readFileSync(join(dir, `${i}.bin`)), width: shape[1], height: shape[0] };
        for (const face of auto) {
          // the reference keeps four decimals
          expect(bboxBlur(image, face.bbox)).toBeCloseTo(face.laplacian_var, 3);
          checked++;
        }
      });
      expect(checked).toBeGreaterThan(100);
    },
  );
});
