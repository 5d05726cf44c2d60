import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toyLibrary, toyModels } from './toy.js';

const root = join(import.meta.dirname, '..');

describe('the README', () => {
  it('has an example that runs as it stands', async () => {
    const [, example] = readFileSync(join(root, 'README.md'), 'utf8').match(/```js\n([\s\S]*?)```/) ?? [];
    const library = await toyLibrary();
    const drawn = library.photos
      .filter((photo) => photo.kind === 'drawn' && photo.faces.length > 0)
      .slice(0, 4);
    const faces = drawn.reduce((sum, photo) => sum + photo.faces.length, 0);
    const output = execFileSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        example,
        '--',
        'alike.mjs',
        await toyModels(),
        ...drawn.map((photo) => join(library.dir, photo.path)),
      ],
      { cwd: root, encoding: 'utf8' },
    );
    expect(output).toContain(`${faces} faces; most alike: `);
  });
});
