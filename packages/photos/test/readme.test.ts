import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readmeExamples, tempDir } from '@face-sets/testing';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

function run(code: string, ...args: string[]): string {
  return execFileSync(process.execPath, ['--input-type=module', '-e', code, '--', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
}

describe('the README', () => {
  it('has an example that runs as it stands', async () => {
    const [example] = readmeExamples(root, 'js');
    const folder = tempDir('readme');
    const photo = sharp({ create: { width: 1920, height: 1280, channels: 3, background: '#7a6a5a' } });
    const dated = photo.withExif({ IFD2: { DateTimeOriginal: '2009:07:14 10:00:00' } });
    await dated.jpeg().toFile(join(folder, 'a.jpg'));
    writeFileSync(join(folder, 'b.jpg'), 'no photo');
    expect(run(example!, 'photos.mjs', folder).split('\n')).toEqual([
      `${join(folder, 'a.jpg')}: jpeg, 1920×1280, 2009-07-14`,
      '  decoded to 640×427, 819840 bytes',
      expect.stringMatching(/b\.jpg: it is not a picture in a known format/),
      '',
    ]);
  });
});

describe('the package', () => {
  it('loads no native library when it is imported', () => {
    const loaded = run(
      "await import('@face-sets/photos'); console.log(JSON.stringify(process.report.getReport().sharedObjects))",
    );
    expect(loaded).not.toMatch(/sharp|vips|onnx/);
  });
});
