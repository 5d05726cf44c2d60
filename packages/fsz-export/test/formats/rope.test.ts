import { expect, it } from 'vitest';
import { ropeText } from '../../src/formats/rope.js';

it('Rope’s file keeps a name on one line and every float as it is', () => {
  const embedding = Float32Array.of(1e-9, -0.1, 3.4e38, 0);
  const lines = ropeText([{ name: ' A\n"B" ', embedding }]).split('\n');
  expect(lines).toHaveLength(1 + 4 + 1);
  expect(lines[0]).toBe('Name: A');
  expect(lines.slice(1, 5).map(Number)).toEqual([...embedding]);
});
