import { expect, it } from 'vitest';
import { visomasterJson } from '../../src/formats/visomaster.js';

it('VisoMaster’s file keeps a name on one line and every float as it is', () => {
  const embedding = Float32Array.of(1e-9, -0.1, 3.4e38, 0);
  expect(JSON.parse(visomasterJson([{ name: ' A\n"B" ', embedding }]))).toEqual([
    { name: 'A', embedding_store: { Inswapper128ArcFace: [...embedding] } },
  ]);
  expect(JSON.parse(visomasterJson([]))).toEqual([]);
});
