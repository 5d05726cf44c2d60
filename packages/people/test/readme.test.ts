import { join } from 'node:path';
import { promisedOutput, readmeExamples, runExample, tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

describe('the README', () => {
  it('has an example that prints what it says', () => {
    const examples = readmeExamples(root, 'js');
    expect(examples).toHaveLength(1);
    for (const code of examples) {
      expect(runExample(root, tempDir('readme'), code)).toEqual(promisedOutput(code));
    }
  });
});
