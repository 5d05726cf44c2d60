import { join } from 'node:path';
import { promisedOutput, readmeExamples, runExample, tempDir } from '@face-sets/testing';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

it('The README has an example that prints what it says', () => {
  const examples = readmeExamples(root, 'js');
  expect(examples).toHaveLength(1);
  for (const code of examples) {
    expect(runExample(root, tempDir('readme'), code)).toEqual(promisedOutput(code));
  }
});
