import { expect, it } from 'vitest';
import { skippedFiles } from '../src/result.js';

it('counts a photo once that could not be placed in several folders, and lists each of them', () => {
  const missing = (source: string, folder: string) => ({
    source,
    file: `${folder}/${source}`,
    message: `${source} is no longer there`,
  });
  const errors = [missing('a.jpg', 'person_001'), missing('a.jpg', 'person_002')];
  expect(skippedFiles(errors)).toEqual([
    '1 photo could not be placed:',
    '  person_001/a.jpg: a.jpg is no longer there',
    '  person_002/a.jpg: a.jpg is no longer there',
  ]);
  expect(skippedFiles([...errors, missing('b.jpg', 'person_001')])[0]).toBe('2 photos could not be placed:');
  expect(skippedFiles([])).toEqual([]);
});
