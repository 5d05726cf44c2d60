import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, firstLine } from '../../src/index.js';

const utf16 = (text: string, order: 'le' | 'be') => {
  const bytes = Buffer.from(text, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
};

describe('decodeText', () => {
  it.each<[string, Uint8Array, string]>([
    ['UTF-8', Buffer.from('José 🎉\n'), 'José 🎉\n'],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeffJosé'), 'José'],
    ['UTF-16 LE with one', utf16('\ufeffJosé 🎉', 'le'), 'José 🎉'],
    ['UTF-16 BE with one', utf16('\ufeffJosé 🎉', 'be'), 'José 🎉'],
    ['UTF-16 LE without', utf16('José', 'le'), 'José'],
    ['UTF-16 BE without', utf16('José', 'be'), 'José'],
    ['UTF-16 LE of no Latin letter, by its line break', utf16('张三\r\n', 'le'), '张三\r\n'],
    ['UTF-16 BE of no Latin letter, by its line break', utf16('张三\n', 'be'), '张三\n'],
    ['Latin-1', Buffer.from('José', 'latin1'), 'José'],
    ['Windows-1252, with what has no character', Buffer.of(0x53, 0x8a, 0x80, 0x81), 'SŠ€\x81'],
    ['UTF-8 with a NUL, of an even length', Buffer.from('An\0n'), 'An\0n'],
    ['zeros in both halves, which are no UTF-16', Buffer.of(0, 65, 66, 0), '\0AB\0'],
    ['nothing', Buffer.of(), ''],
  ])('reads %s', (_, bytes, text) => {
    expect(decodeText(bytes)).toBe(text);
  });

  it('reads any text with a byte order mark as it was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('le', 'be', 'utf8'), (text, how) => {
        const bytes = how === 'utf8' ? Buffer.from(`\ufeff${text}`) : utf16(`\ufeff${text}`, how as 'le');
        expect(decodeText(bytes)).toBe(text);
      }),
    );
  });

  it('never fails, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(typeof decodeText(bytes)).toBe('string');
      }),
    );
  });
});

describe('firstLine', () => {
  it.each([
    ['Anna', 'Anna'],
    ['\n \t\n\u200b\n  Ann Other \nnotes', 'Ann Other'],
    ['\r\rAnn\rmore', 'Ann'],
    ['Ann\u2028more', 'Ann'],
    ['Jose\u0301', 'José'],
  ])('of %j is %j', (text, name) => {
    expect(firstLine(text)).toBe(name);
  });

  it.each(['', ' \r\n\t', '\ufeff', '\u200b\n\0'])('is none in %j', (text) => {
    expect(firstLine(text)).toBeNull();
  });

  it('is cut off after 200 characters, none of them in two', () => {
    expect(firstLine('🎉'.repeat(200))).toBe('🎉'.repeat(200));
    expect(firstLine('🎉'.repeat(201))).toBe(`${'🎉'.repeat(200)}…`);
  });
});
