import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundleStem, labelFileName } from '../../src/index.js';

describe('labelFileName', () => {
  it.each([
    ['Anna', 'Anna'],
    ['José', 'José'],
    ['Jose\u0301', 'José'],
    ['a/b\\c:d*e?f"g<h>i|j', 'a_b_c_d_e_f_g_h_i_j'],
    ['a\u202egpj.exe', 'a_gpj.exe'],
    ['\ufeffAnna', '_Anna'],
    [' . Anna . ', 'Anna'],
    ['-rf', '_rf'],
    ['CON', 'CON_'],
    ['con.tact', 'con_.tact'],
    ['Com¹ .x', 'Com¹_ .x'],
    ['console', 'console'],
    ['NAME', 'NAME_'],
    ['thin', 'thin_'],
    ['', '_'],
    ['...', '_'],
  ])('makes of %j the name %j', (label, name) => {
    expect(labelFileName(label)).toBe(name);
  });

  it('cuts a long name between characters, not in them, and leaves no space at its end', () => {
    expect(labelFileName('ä'.repeat(300))).toBe('ä'.repeat(60));
    expect(labelFileName('👩‍👧'.repeat(40))).toBe('👩‍👧'.repeat(10));
    expect(labelFileName(`${'a'.repeat(119)} b`)).toBe('a'.repeat(119));
  });

  it('is a name that every system takes, whatever the label', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (label) => {
        const name = labelFileName(label);
        expect(name).not.toMatch(/[\p{Cc}<>:"/\\|?*]|^[. -]|[. ]$|^$/u);
        expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(121);
        expect(name).not.toMatch(/\p{Cs}/u);
      }),
    );
  });
});

describe('bundleStem', () => {
  const anna = { id: 'faceset_001', label: 'Anna' };
  const era = { id: 'faceset_001_era_02', label: 'Anna', era_of: 'faceset_001' };

  it('is the name of the person, or the id where nobody has said one', () => {
    expect(bundleStem(anna, 'Anna: M')).toBe('Anna_ M');
    expect(bundleStem(anna, null)).toBe('faceset_001');
  });

  it('is the id where the name shows no letter, digit or symbol as a file name', () => {
    expect(bundleStem(anna, '???')).toBe('faceset_001');
    expect(bundleStem(anna, '🎉')).toBe('🎉');
  });

  it('is the id of an era that is only called like its person', () => {
    expect(bundleStem(era, 'Anna')).toBe('faceset_001_era_02');
    expect(bundleStem({ ...era, label: ' Anna\nher notes' }, 'Anna')).toBe('faceset_001_era_02');
    expect(bundleStem(era, 'Anna at school')).toBe('Anna at school');
    expect(bundleStem({ ...era, label: undefined }, 'Anna')).toBe('Anna');
  });
});
