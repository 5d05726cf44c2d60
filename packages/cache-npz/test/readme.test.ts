import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonWith, tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const python = pythonWith('numpy');

function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    (match) => match[1],
  );
}

describe('the README', () => {
  const folder = tempDir('readme');
  const here = (code: string) =>
    code.replaceAll(
      /(['"])(arrays|faces)\.npz\1/g,
      (_, quote, name) => `${quote}${folder}/${name}.npz${quote}`,
    );

  it('has examples that print what they say', () => {
    expect(blocks('js')).toHaveLength(2);
    for (const code of blocks('js')) {
      const expected = [...code.matchAll(/^console\.log.*\/\/ (.*)$/gm)].map((match) => match[1]);
      const out = execFileSync(process.execPath, ['--input-type=module', '-e', here(code)], {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, FORCE_COLOR: '0' },
      });
      expect(out.trim().split('\n')).toEqual(expected);
    }
  });

  it.skipIf(!python)('has Python examples that read the same (skipped without Python and NumPy)', () => {
    const outputs = blocks('python').map((code) =>
      execFileSync(python as string, ['-c', here(code)], { encoding: 'utf8' }),
    );
    expect(outputs.map((out) => out.trim())).toEqual(['', '/photos/ada.jpg']);
  });
});
