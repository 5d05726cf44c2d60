import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { heicFixture, seeded, sharedPath, tempDir } from '@face-sets/testing';
import sharp, { type Exif, type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { captureDate } from '../../src/index.js';

const goldens = sharedPath('goldens/exif');
const cases = sharedPath('cases/dates');

const ORIGINAL: Exif = { IFD2: { DateTimeOriginal: '2009:07:14 10:00:00' } };
const ALL: Exif = {
  IFD0: { DateTime: '2015:01:02 03:04:05' },
  IFD2: { DateTimeOriginal: '2009:07:14 10:00:00', DateTimeDigitized: '2012:03:04 05:06:07' },
};

function picture(): Sharp {
  return sharp({ create: { width: 40, height: 30, channels: 3, background: '#7a6a5a' } });
}

function xmp(...properties: string[]): string {
  return (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    `<rdf:Description rdf:about="">${properties.join('')}</rdf:Description></rdf:RDF></x:xmpmeta>`
  );
}

async function dateOf(bytes: Uint8Array): Promise<string | null> {
  const path = join(tempDir('date'), 'photo');
  writeFileSync(path, bytes);
  const found = await captureDate(path);
  return found && `${found.from} ${found.date}`;
}

describe('the date of capture', () => {
  it.skipIf(!goldens)('is that of every golden file, with its source', async () => {
    const expected = JSON.parse(readFileSync(join(goldens!, 'expected_year.json'), 'utf8'));
    const years: Record<string, number | null> = {};
    const sources: Record<string, string | undefined> = {};
    for (const name of Object.keys(expected)) {
      const date = await captureDate(join(goldens!, name));
      years[name] = date && Number(date.date.slice(0, 4));
      sources[name] = date?.from;
    }
    expect(years).toEqual(expected);
    expect(sources).toMatchObject({
      'date_original_2009.jpg': 'original',
      'date_digitized_only_2012.jpg': 'digitized',
      'date_modify_only_2015.jpg': 'modified',
      'date_xmp_only_2007.jpg': 'xmp',
    });
  });

  it.skipIf(!cases)('is that of every case that went wrong', async () => {
    const found: Record<string, string | undefined> = {};
    for (const name of ['epoch', 'gpsonly', 'iptconly', 'raw_onedigit', 'raw_dot']) {
      const date = await captureDate(join(cases!, `${name}.jpg`));
      found[name] = date ? `${date.from} ${date.date}` : undefined;
    }
    expect(found).toEqual({
      epoch: 'modified 2016-05-01',
      gpsonly: 'gps 2011-03-04',
      iptconly: 'iptc 2012-03-04',
      raw_onedigit: 'original 2014-04-26',
      raw_dot: 'original 2014-04-26',
    });
  });

  it('is found in the EXIF of a JPEG, PNG, WebP and AVIF', async () => {
    const found: Record<string, string | null> = {};
    for (const format of ['jpeg', 'png', 'webp', 'avif'] as const) {
      found[format] = await dateOf(await picture().withExif(ORIGINAL).toFormat(format).toBuffer());
    }
    const date = 'original 2009-07-14';
    expect(found).toEqual({ jpeg: date, png: date, webp: date, avif: date });
  });

  it('is found in a TIFF, whose directories may stand at either end', async () => {
    const dates = { modified: '2015:01:02 03:04:05', original: '2009:07:14 10:00:00' };
    for (const bigEndian of [false, true]) {
      for (const picture of [0, 400_000]) {
        for (const last of [false, true]) {
          expect(await dateOf(tiff(dates, { bigEndian, picture, last }))).toBe('original 2009-07-14');
        }
      }
    }
    expect(await dateOf(tiff({ modified: dates.modified }, { last: true, picture: 400_000 }))).toBe(
      'modified 2015-01-02',
    );
  });

  it('is found in the XMP of a JPEG, PNG, WebP, TIFF and AVIF', async () => {
    const packet = xmp('<photoshop:DateCreated>2007-05-05T10:00:00</photoshop:DateCreated>');
    for (const format of ['jpeg', 'png', 'webp', 'tiff', 'avif'] as const) {
      expect(await dateOf(await picture().withXmp(packet).toFormat(format).toBuffer()), format).toBe(
        'xmp 2007-05-05',
      );
    }
  });

  it('is DateTimeOriginal, then the digitised date, then XMP, then the last change', async () => {
    const jpeg = (exif: Exif, packet = '') =>
      (packet ? picture().withExif(exif).withXmp(packet) : picture().withExif(exif)).jpeg().toBuffer();
    const packet = xmp(
      '<xmp:CreateDate>2007-05-05</xmp:CreateDate>',
      '<xmp:ModifyDate>2016</xmp:ModifyDate>',
    );
    expect(await dateOf(await jpeg(ALL, packet))).toBe('original 2009-07-14');
    expect(
      await dateOf(
        await jpeg({ IFD0: ALL.IFD0, IFD2: { DateTimeDigitized: '2012:03:04 05:06:07' } }, packet),
      ),
    ).toBe('digitized 2012-03-04');
    expect(await dateOf(await jpeg({ IFD0: ALL.IFD0 }, packet))).toBe('xmp 2007-05-05');
    expect(await dateOf(await jpeg({ IFD0: ALL.IFD0 }))).toBe('modified 2015-01-02');
    expect(
      await dateOf(
        await jpeg({ IFD0: { Copyright: 'nobody' } }, xmp('<xmp:ModifyDate>2016</xmp:ModifyDate>')),
      ),
    ).toBe('modified 2016');
    expect(await dateOf(await picture().jpeg().toBuffer())).toBeNull();
  });

  it('is that of the taking before that of the digitization: a scan of an old photo', async () => {
    const scanned: Exif = { IFD2: { DateTimeDigitized: '2012:03:04 05:06:07' } };
    const created = xmp('<photoshop:DateCreated>1962-08</photoshop:DateCreated>');
    expect(await dateOf(await picture().withExif(scanned).withXmp(created).jpeg().toBuffer())).toBe(
      'xmp 1962-08',
    );
    const jpeg = await picture().withExif(scanned).jpeg().toBuffer();
    expect(await dateOf(withIptc(jpeg, { 55: '19620800', 62: '20120304' }))).toBe('digitized 2012-03-04');
    expect(await dateOf(withIptc(jpeg, { 55: '19620804', 62: '20120304' }))).toBe('iptc 1962-08-04');
  });

  it('is found in IPTC, whatever else Photoshop keeps beside it', async () => {
    const jpeg = await picture().jpeg().toBuffer();
    expect(await dateOf(withIptc(jpeg, { 55: '20120304' }))).toBe('iptc 2012-03-04');
    expect(await dateOf(withIptc(jpeg, { 55: '20120304', 60: '101112+0200' }))).toBe('iptc 2012-03-04');
    expect(await dateOf(withIptc(jpeg, { 62: '20130405' }))).toBe('iptc 2013-04-05');
    // A clock that nobody has set, and the same day named by someone.
    expect(await dateOf(withIptc(jpeg, { 55: '19800101', 60: '000000+0000' }))).toBeNull();
    expect(await dateOf(withIptc(jpeg, { 55: '19800101' }))).toBe('iptc 1980-01-01');
    const exif = await picture().withExif(ORIGINAL).jpeg().toBuffer();
    expect(await dateOf(withIptc(exif, { 55: '20120304' }))).toBe('original 2009-07-14');
  });

  it('is found in the IPTC of a TIFF', async () => {
    const records = Buffer.concat([
      Buffer.from([0x1c, 2, 55, 0, 8]),
      Buffer.from('20120304'),
      Buffer.alloc(3),
    ]);
    expect(await dateOf(tiffWithIptc(records))).toBe('iptc 2012-03-04');
  });

  it('is found in the date of the GPS fix, after all that say more', async () => {
    const gps = { IFD3: { GPSDateStamp: '2011:03:04' } };
    for (const format of ['jpeg', 'png', 'webp', 'avif'] as const) {
      expect(await dateOf(await picture().withExif(gps).toFormat(format).toBuffer()), format).toBe(
        'gps 2011-03-04',
      );
    }
    const modified = { ...gps, IFD0: { DateTime: '2015:01:02 03:04:05' } };
    expect(await dateOf(await picture().withExif(modified).jpeg().toBuffer())).toBe('gps 2011-03-04');
    const original = { ...gps, IFD2: { DateTimeOriginal: '2011:03:03 20:00:00' } };
    expect(await dateOf(await picture().withExif(original).jpeg().toBuffer())).toBe('original 2011-03-03');
    const inXmp = xmp('<exif:GPSTimeStamp>2011-03-04T10:00:00Z</exif:GPSTimeStamp>');
    expect(await dateOf(await picture().withXmp(inXmp).jpeg().toBuffer())).toBe('gps 2011-03-04');
  });

  it('is found in the text and the time of change of a PNG', async () => {
    const plain = await picture().png().toBuffer();
    const end = plain.length - 12;
    const changed = withChunk(plain, end, 'tIME', Buffer.from([2016 >> 8, 2016 & 255, 5, 1, 10, 0, 0]));
    expect(await dateOf(changed)).toBe('modified 2016-05-01');
    const texts: [string, Buffer][] = [
      ['tEXt', Buffer.from('Creation Time\0Sat, 26 Apr 2014 19:09:19 GMT', 'latin1')],
      [
        'zTXt',
        Buffer.concat([Buffer.from('Creation Time\0\0', 'latin1'), deflateSync('2014:04:26 19:09:19')]),
      ],
      ['iTXt', Buffer.from('Creation Time\0\0\0\0\x002014-04-26T19:09:19Z', 'latin1')],
    ];
    for (const [type, content] of texts) {
      expect(await dateOf(withChunk(changed, 33, type, content)), type).toBe('text 2014-04-26');
    }
  });

  it('is found in the first directory of a TIFF/EP file', async () => {
    const bytes = tiff({ modified: '2014:04:26 19:09:19' }, {});
    // DateTimeOriginal in place of DateTime.
    bytes.writeUInt16LE(0x9003, 10);
    expect(await dateOf(bytes)).toBe('original 2014-04-26');
  });

  it('is found in raw files of the forms that are no plain TIFF', async () => {
    const dates = { modified: '2015:01:02 03:04:05', original: '2009:07:14 10:00:00' };
    for (const start of ['IIRO', 'IIRS', 'IIU\0']) {
      const bytes = tiff(dates, { picture: 100_000, last: true });
      bytes.write(start, 0, 'latin1');
      expect(await dateOf(bytes), start).toBe('original 2009-07-14');
    }
    const raf = Buffer.alloc(160);
    raf.write('FUJIFILMCCD-RAW 0201', 0, 'latin1');
    raf.writeUInt32BE(160, 84);
    const preview = await picture().withExif(ORIGINAL).jpeg().toBuffer();
    expect(await dateOf(Buffer.concat([raf, preview, Buffer.alloc(1000)]))).toBe('original 2009-07-14');
    expect(await dateOf(raf)).toBeNull();
    expect(await dateOf(raf.subarray(0, 40))).toBeNull();

    const box = (type: string, ...content: Buffer[]) => {
      const head = Buffer.alloc(8);
      head.writeUInt32BE(8 + content.reduce((sum, { length }) => sum + length, 0));
      head.write(type, 4, 'latin1');
      return Buffer.concat([head, ...content]);
    };
    // In CMT2 the EXIF directory comes first.
    const exif = tiff({ modified: '2009:07:14 10:00:00' }, {});
    exif.writeUInt16LE(0x9003, 10);
    const cr3 = Buffer.concat([
      box('ftyp', Buffer.from('crx \0\0\0\x01crx isom', 'latin1')),
      box('moov', box('uuid', Buffer.alloc(16, 0x85), box('CMT1', Buffer.alloc(20)), box('CMT2', exif))),
      box('mdat', Buffer.alloc(1000)),
    ]);
    expect(await dateOf(cr3)).toBe('original 2009-07-14');
    expect(await dateOf(cr3.subarray(0, 60))).toBeNull();
  });

  it('passes over an impossible date to the next source', async () => {
    for (const wrong of [
      '    :  :     :  :  ',
      '2000:00:00 00:00:00',
      '1904:01:01 00:00:00',
      '1970:01:01 00:00:00',
      '1970:01:01 01:00:00',
      '1969:12:31 19:00:00',
      '1980:01:01 00:00:00',
      '2000:01:01 00:00:00',
      '0000:00:00 00:00:00',
      '2009:13:01 00:00:00',
      '2999:01:01 00:00:00',
      '1066:10:14 09:00:00',
    ]) {
      const exif = { IFD2: { DateTimeOriginal: wrong, DateTimeDigitized: '2012:03:04 05:06:07' } };
      expect(await dateOf(await picture().withExif(exif).jpeg().toBuffer()), wrong).toBe(
        'digitized 2012-03-04',
      );
    }
  });

  it('is found behind megabytes of picture without reading them', async () => {
    const noise = Buffer.from(Array.from({ length: 1200 * 900 * 3 }, seeded(1)).map((value) => 256 * value));
    const photo = sharp(noise, { raw: { width: 1200, height: 900, channels: 3 } }).withExif(ORIGINAL);
    for (const bytes of [
      await photo.clone().webp({ lossless: true }).toBuffer(),
      await photo.clone().png().toBuffer(),
    ]) {
      expect(bytes.length).toBeGreaterThan(2_000_000);
      expect(await dateOf(bytes)).toBe('original 2009-07-14');
    }
  });

  it('is found in compressed XMP text of a PNG and in an eXIf chunk behind the picture', async () => {
    const plain = await picture().png().toBuffer();
    const end = plain.length - 12;
    const packet = deflateSync(xmp('<exif:DateTimeOriginal>2003-02-01</exif:DateTimeOriginal>'));
    const text = Buffer.concat([Buffer.from('XML:com.adobe.xmp\0\x01\0\0\0', 'latin1'), packet]);
    expect(await dateOf(withChunk(plain, end, 'iTXt', text))).toBe('xmp 2003-02-01');
    const withExif = await picture().withExif(ORIGINAL).webp().toBuffer();
    const at = withExif.indexOf('EXIF');
    const exif = withExif.subarray(at + 8, at + 8 + withExif.readUInt32LE(at + 4));
    expect(await dateOf(withChunk(plain, end, 'eXIf', exif))).toBe('original 2009-07-14');
  });

  it('is null where the metadata is damaged, cut off or of no photo, and never a crash', async () => {
    const random = seeded(11);
    for (const format of ['jpeg', 'png', 'webp', 'tiff'] as const) {
      const bytes = await picture()
        .withExif(ALL)
        .withXmp(xmp('<xmp:CreateDate>2007-05-05</xmp:CreateDate>'))
        .toFormat(format)
        .toBuffer();
      for (let n = 0; n < 60; n++) {
        const damaged = Buffer.from(
          bytes.subarray(0, Math.floor(bytes.length * (n % 3 === 0 ? random() : 1))),
        );
        for (let k = 0; k < 12 && damaged.length > 0; k++) {
          damaged[Math.floor(damaged.length * random() ** 2)] = Math.floor(256 * random());
        }
        const found = await dateOf(damaged);
        expect(found === null || /^(original|digitized|xmp|iptc|gps|text|modified) \d{4}/.test(found)).toBe(
          true,
        );
      }
    }
    for (const bytes of [Buffer.alloc(0), Buffer.from('no photo at all'), Buffer.alloc(100), hollowHeif()]) {
      expect(await dateOf(bytes)).toBeNull();
    }
  });

  it('is null for a HEIC without a date', async () => {
    expect(await captureDate(heicFixture('quarters.heic'))).toBeNull();
  });

  it('refuses a file of another length than was expected, and one that is not there', async () => {
    const path = join(tempDir('date'), 'photo.jpg');
    writeFileSync(path, await picture().withExif(ORIGINAL).jpeg().toBuffer());
    const { length } = readFileSync(path);
    expect(await captureDate(path, length)).toMatchObject({ date: '2009-07-14' });
    truncateSync(path, length - 1);
    await expect(captureDate(path, length)).rejects.toThrow(/has changed: .* bytes/);
    await expect(captureDate(`${path}.gone`)).rejects.toThrow(/ENOENT/);
  });
});

/** A PNG with one more chunk at a place; nobody here looks at its checksum. */
function withChunk(png: Buffer, at: number, type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([png.subarray(0, at), head, content, Buffer.alloc(4), png.subarray(at)]);
}

/** A JPEG with IPTC records by their number, behind another resource of Photoshop that holds the mark of a record. */
function withIptc(jpeg: Buffer, records: Record<number, string>): Buffer {
  const resource = (number: number, name: string, content: Buffer) => {
    const title = Buffer.alloc(1 + name.length + ((1 + name.length) % 2));
    title.write(name, 1, 'latin1');
    title[0] = name.length;
    const head = Buffer.alloc(6);
    head.write('8BIM', 0, 'latin1');
    head.writeUInt16BE(number, 4);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    return Buffer.concat([head, title, length, content, Buffer.alloc(content.length % 2)]);
  };
  const iptc = Object.entries(records).map(([number, text]) =>
    Buffer.concat([Buffer.from([0x1c, 2, Number(number), 0, text.length]), Buffer.from(text, 'latin1')]),
  );
  const content = Buffer.concat([
    Buffer.from('Photoshop 3.0\0', 'latin1'),
    resource(0x040c, 'odd', Buffer.from([0x1c, 2, 55, 0, 8, ...Buffer.from('19991231'), 0, 1, 2])),
    resource(0x0404, '', Buffer.concat(iptc)),
  ]);
  const head = Buffer.from([0xff, 0xed, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, content, jpeg.subarray(2)]);
}

/** A TIFF of one gray pixel with IPTC records in tag 33723, whose type is LONG as many programs write it. */
function tiffWithIptc(records: Buffer): Buffer {
  const tags = [
    [256, 3, 1, 1],
    [257, 3, 1, 1],
    [258, 3, 1, 8],
    [262, 3, 1, 1],
    [273, 4, 1, 8],
    [277, 3, 1, 1],
    [278, 3, 1, 1],
    [279, 4, 1, 1],
    [33723, 4, records.length / 4, 10],
  ];
  const start = 10 + records.length;
  const bytes = Buffer.alloc(start + 2 + tags.length * 12 + 4);
  bytes.write('II*\0', 0, 'latin1');
  bytes.writeUInt32LE(start, 4);
  records.copy(bytes, 10);
  bytes.writeUInt16LE(tags.length, start);
  for (const [i, [tag, type, count, value]] of tags.entries()) {
    const at = start + 2 + i * 12;
    bytes.writeUInt16LE(tag!, at);
    bytes.writeUInt16LE(type!, at + 2);
    bytes.writeUInt32LE(count!, at + 4);
    bytes.writeUInt32LE(value!, at + 8);
  }
  return bytes;
}

/** A TIFF file of dates, with bytes in place of a picture, before its directories or behind them. */
function tiff(
  dates: { modified?: string; original?: string },
  options: { bigEndian?: boolean; picture?: number; last?: boolean },
): Buffer {
  const { bigEndian = false, picture: size = 0, last = false } = options;
  const bytes = Buffer.alloc(8 + size + 200);
  const u16 = (value: number, at: number) =>
    bigEndian ? bytes.writeUInt16BE(value, at) : bytes.writeUInt16LE(value, at);
  const u32 = (value: number, at: number) =>
    bigEndian ? bytes.writeUInt32BE(value, at) : bytes.writeUInt32LE(value, at);
  bytes.fill(0x5a, 8);
  bytes.write(bigEndian ? 'MM' : 'II', 0, 'latin1');
  u16(42, 2);
  const start = last ? 8 + size : 8;
  u32(start, 4);
  const exif = start + 60;
  const text = (value: string, at: number) => bytes.write(`${value}\0`, at, 'latin1');
  const entry = (at: number, tag: number, type: number, count: number, value: number) => {
    u16(tag, at);
    u16(type, at + 2);
    u32(count, at + 4);
    u32(value, at + 8);
  };
  const { modified, original } = dates;
  u16(original ? 2 : 1, start);
  entry(start + 2, 0x0132, 2, 20, start + 120);
  text(modified ?? '', start + 120);
  if (original) {
    entry(start + 14, 0x8769, 4, 1, exif);
    u16(1, exif);
    entry(exif + 2, 0x9003, 2, 20, start + 150);
    u32(0, exif + 14);
    text(original, start + 150);
  }
  u32(0, start + (original ? 26 : 14));
  return bytes;
}

/** Boxes of length 0 all the way. */
function hollowHeif(): Buffer {
  const bytes = Buffer.alloc(4096);
  bytes.writeUInt32BE(24, 0);
  bytes.write('ftypheic', 4, 'latin1');
  bytes.write('heic', 16, 'latin1');
  return bytes;
}
