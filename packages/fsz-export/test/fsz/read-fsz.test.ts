import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawPhoto, tempDir } from '@face-sets/testing';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { encodePng, FszError, validateFsz } from '../../src/index.js';

describe('validateFsz', () => {
  const fsz = async (entries: Record<string, Uint8Array>) => {
    const path = join(tempDir('fsz'), 'a.fsz');
    writeFileSync(path, zipSync(entries));
    return path;
  };

  it('names what swap tools would stumble over', async () => {
    const png = await encodePng(drawPhoto(64, 64, [{ who: 0, bbox: [5, 5, 40, 50] }]));
    await expect(validateFsz(await fsz({ 'faces/0000.png': png }), 64)).rejects.toThrow(
      /entry 0 is called "faces\/0000\.png", expected "0000\.png"/,
    );
    await expect(validateFsz(await fsz({ '0000.PNG': png }), 64)).rejects.toThrow(/expected "0000\.png"/);
    await expect(validateFsz(await fsz({ '0000.png': png }), 512)).rejects.toThrow(
      /0000\.png is 64×64.*expected 512×512/,
    );
    await expect(validateFsz(await fsz({ '0000.png': Buffer.from('no') }), 64)).rejects.toThrow(
      /0000\.png is not a PNG/,
    );
    const withText = Buffer.concat([
      png.subarray(0, 33),
      Buffer.from('0000000074455874deadbeef', 'hex'),
      png.subarray(33),
    ]);
    await expect(validateFsz(await fsz({ '0000.png': withText }), 64)).rejects.toThrow(
      /has the chunks IHDR tEXt IDAT IEND/,
    );
  });

  it('refuses what is no zip', async () => {
    const path = join(tempDir('fsz'), 'a.fsz');
    writeFileSync(path, 'not a zip');
    await expect(validateFsz(path)).rejects.toThrow(FszError);
  });
});
