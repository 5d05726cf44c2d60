import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_NAME_BYTES, safeDstName } from '../../src/index.js';

const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)/i;

/** What a file system that tells neither case nor composition apart makes of a name. */
const folded = (name: string) => name.normalize('NFD').toUpperCase().toLowerCase().normalize('NFKC');

const segment = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
    fc.stringMatching(/^[a-zA-Z0-9_. -]{1,20}$/),
    fc.constantFrom(
      'a',
      'A',
      'a_',
      '_b',
      '__',
      '_',
      '.',
      '..',
      'con',
      'NUL',
      'com1.txt',
      'é',
      'e\u0301',
      'IMG',
      'x.',
      'y ',
      'K',
      '\u212a',
      'ß',
      'SS',
      'ſ',
      '\ud800',
      '\udc00',
      'C:',
      '~',
      'a~b',
    ),
    fc.string({ minLength: 100, maxLength: 300 }),
  )
  .map((text) => text.replace(/[/\0]/g, '') || 'x');
const posixPath = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => `/${parts.join('/')}`);
const windowsPath = fc
  .tuple(
    fc.constantFrom('C:\\', 'd:/', '\\\\server\\share\\', '\\\\?\\C:\\'),
    fc.array(segment, { minLength: 1, maxLength: 4 }),
  )
  .map(([root, parts]) => root + parts.join('\\'));
const anyPath = fc.oneof(posixPath, windowsPath);

describe('safeDstName', () => {
  it('leaves a plain lower-case path readable and reversible', () => {
    expect(safeDstName('/photos/2019 summer/beach-01.jpg')).toBe('photos__2019 summer__beach-01.jpg');
    expect(safeDstName('/a/b_c/d.tar.gz').split('__')).toEqual(['a', 'b_c', 'd.tar.gz']);
  });

  it('keeps other paths readable and tells them apart by a hash before the extension', () => {
    expect(safeDstName('/home/Ann/IMG_1.JPG')).toMatch(/^home__Ann__IMG_1~[a-z0-9]{12}\.JPG$/);
    expect(safeDstName('/bilder/Köln/straße.jpeg')).toMatch(/^bilder__Köln__straße~[a-z0-9]{12}\.jpeg$/);
    expect(safeDstName('C:\\Users\\Ann\\a.jpg')).toMatch(/^C__Users__Ann__a~[a-z0-9]{12}\.jpg$/);
    expect(safeDstName('\\\\nas\\photos\\a.jpg')).toMatch(/^nas__photos__a~[a-z0-9]{12}\.jpg$/);
  });

  it('does not change from one release to the next', () => {
    expect(safeDstName('/home/Ann/IMG_1.JPG')).toBe('home__Ann__IMG_1~zth34zcf89v2.JPG');
  });

  it.each([
    ['letter case', '/p/IMG.jpg', '/p/img.jpg'],
    ['letter case of a folder', '/P/a.jpg', '/p/a.jpg'],
    ['composed and decomposed accents', '/p/caf\u00e9.jpg', '/p/cafe\u0301.jpg'],
    ['a separator and two underscores', '/a/b.jpg', '/a__b.jpg'],
    ['where an underscore belongs', '/a_/b.jpg', '/a/_b.jpg'],
    ['a trailing dot', '/a/b', '/a/b.'],
    ['a trailing space', '/a/b', '/a/b '],
    ['a replaced character', '/a/b?.jpg', '/a/b*.jpg'],
    ['a lone surrogate', '/a/\ud800.jpg', '/a/\ud801.jpg'],
    ['drive letters', 'C:\\a.jpg', 'D:\\a.jpg'],
    ['a drive and a folder', 'C:\\a.jpg', '/C/a.jpg'],
    ['the head of long paths', `/x/${'d/'.repeat(200)}a.jpg`, `/y/${'d/'.repeat(200)}a.jpg`],
  ])('tells paths apart that differ by %s, on any file system', (_, one, other) => {
    expect(folded(safeDstName(one))).not.toBe(folded(safeDstName(other)));
  });

  it.each(['/con', '/con.jpg', '/NUL.txt', '/aux.x/y.jpg', '/COM1/x.jpg', '/lpt9.jpg', '/con .jpg'])(
    'does not give %s the name of a device',
    (path) => expect(safeDstName(path)).not.toMatch(DEVICE),
  );

  it('keeps the tail of a long path, whole characters only', () => {
    const name = safeDstName(`/${'写真/'.repeat(60)}IMG_1234.jpeg`);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(MAX_NAME_BYTES);
    expect(Buffer.byteLength(name)).toBeGreaterThan(MAX_NAME_BYTES - 8);
    expect(name).toMatch(/写真__IMG_1234~[a-z0-9]{12}\.jpeg$/);
    expect(name).not.toContain('\ufffd');
  });

  it('says what it expects of a relative path', () => {
    expect(() => safeDstName('photos/a.jpg')).toThrow(
      /"photos\/a\.jpg" is a relative path; expected an absolute one/,
    );
    expect(() => safeDstName('')).toThrow(TypeError);
  });

  it('is a valid, visible, short name on every system, with the extension kept', () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        const name = safeDstName(path);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(MAX_NAME_BYTES);
        expect(name).not.toMatch(/[\u0000-\u001f<>:"/\\|?*\ufffd]/);
        expect(name).not.toMatch(/^[.\s]|[. ]$/);
        expect(name).not.toMatch(DEVICE);
        expect(Buffer.from(name).toString()).toBe(name);
        expect(name.length).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(posixPath, fc.constantFrom('.jpg', '.JPEG', '.heic', '.png'), (path, extension) => {
        expect(safeDstName(`${path}x${extension}`).endsWith(extension)).toBe(true);
      }),
    );
  });

  it('never gives two paths names that some file system takes for one', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyPath, { minLength: 2, maxLength: 30 }), (paths) => {
        expect(new Set(paths.map((path) => folded(safeDstName(path)))).size).toBe(paths.length);
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(posixPath, (path) => {
        const variants = new Set([
          path,
          path.toUpperCase(),
          path.toLowerCase(),
          path.normalize('NFC'),
          path.normalize('NFD'),
          path.replaceAll('_', '/'),
          `${path}.`,
        ]);
        expect(new Set([...variants].map((variant) => folded(safeDstName(variant)))).size).toBe(
          variants.size,
        );
      }),
      { numRuns: 2000 },
    );
  });
});
