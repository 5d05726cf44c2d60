import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonWith, tempDir } from '@face-sets/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathFromBytes, pathToFs } from '../src/file-path.js';

const python = pythonWith('json');
const bytesOf = (path: string) => Buffer.from(pathToFs(path) as string);

describe('paths that are no UTF-8', () => {
  it('survive the way to a string and back, whatever their bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(Buffer.compare(bytesOf(pathFromBytes(bytes)), Buffer.from(bytes))).toBe(0);
      }),
      { numRuns: 5000 },
    );
  });

  it('are the only ones that are changed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(pathFromBytes(Buffer.from(text))).toBe(text);
        expect(pathToFs(text)).toBe(text);
      }),
    );
  });

  it('survive JSON', () => {
    const path = pathFromBytes(Buffer.from([0x66, 0xfc, 0x72, 0x2e, 0x6a, 0x70, 0x67]));
    expect(JSON.stringify(path)).toBe('"f\\udcfcr.jpg"');
    expect(JSON.parse(JSON.stringify(path))).toBe(path);
  });

  it.skipIf(process.platform !== 'linux')(
    'open the file they name (Linux: elsewhere there are no such names)',
    () => {
      const dir = tempDir('paths');
      mkdirSync(join(dir, 'a'));
      const name = Buffer.from([0x2f, 0x80, 0xf0, 0x9f, 0x98, 0x80, 0xff]);
      writeFileSync(Buffer.concat([Buffer.from(join(dir, 'a')), name]), 'found');
      const [entry] = readdirSync(join(dir, 'a'), { encoding: 'buffer' });
      const path = join(dir, 'a', pathFromBytes(entry!));
      expect(path.endsWith('/\udc80😀\udcff')).toBe(true);
      expect(readFileSync(pathToFs(path), 'utf8')).toBe('found');
    },
  );

  it.skipIf(!python)('are the bytes that Python makes of them (skipped without Python)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 30 }), (bytes) => {
        const json = JSON.stringify(pathFromBytes(bytes));
        const script =
          'import json,sys,os; sys.stdout.buffer.write(json.loads(sys.argv[1]).encode("utf8","surrogateescape"))';
        expect(Buffer.compare(execFileSync(python!, ['-c', script, json]), Buffer.from(bytes))).toBe(0);
      }),
      { numRuns: 20, examples: [[Uint8Array.of(0xed, 0xb2, 0x80)], [Uint8Array.of(0xc3, 0x28, 0xf0, 0x9f)]] },
    );
  });
});
