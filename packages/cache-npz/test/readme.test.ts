import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisedOutput, pythonWith, readmeExamples, runExample, tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const python = pythonWith('numpy');

describe('the README', () => {
  const folder = tempDir('readme');

  it('has examples that print what they say', () => {
    const examples = readmeExamples(root, 'js');
    expect(examples).toHaveLength(1);
    for (const code of examples) expect(runExample(root, folder, code)).toEqual(promisedOutput(code));
  });

  it.skipIf(!python)('has a Python example that reads the same (skipped without Python and NumPy)', () => {
    const [code, ...others] = readmeExamples(root, 'python');
    expect(others).toEqual([]);
    const out = execFileSync(python as string, ['-c', code], { cwd: folder, encoding: 'utf8' });
    expect(out.trim()).toBe('/photos/ada.jpg');
  });
});
