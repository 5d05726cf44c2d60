import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';

/** A zip of models that cannot be unpacked. The message is one line. */
export class UnpackError extends Error {
  override name = 'UnpackError';
}

/** No pack comes near this size: a zip that claims more is not one. */
const MOST_BYTES = 4 * 1024 ** 3;

/**
 * Writes the `.onnx` files of a zip into `dir`, each by its bare name: folders inside the zip (antelopev2.zip
 * has one) are dropped, so nothing can be written elsewhere. Sizes and CRCs are checked.
 *
 * @returns the names written
 * @throws {UnpackError} when the zip is damaged, holds no model, or two of the same name.
 */
export async function unpackModels(zipPath: string, dir: string): Promise<string[]> {
  let zip: ZipFile;
  try {
    zip = await openZip(zipPath);
  } catch (error) {
    throw new UnpackError(`${zipPath} is not a zip file, or is damaged: ${(error as Error).message}`);
  }
  const names: string[] = [];
  let bytes = 0;
  try {
    for await (const entry of entriesOf(zip)) {
      const name = entry.fileName.slice(entry.fileName.lastIndexOf('/') + 1);
      if (!/^[^.].*\.onnx$/i.test(name)) continue;
      if (names.includes(name)) throw new UnpackError(`${zipPath} holds two files named ${name}`);
      bytes += entry.uncompressedSize;
      if (bytes > MOST_BYTES) throw new UnpackError(`${zipPath} is larger than any model pack`);
      await writeEntry(zip, entry, join(dir, name));
      names.push(name);
    }
  } catch (error) {
    if (error instanceof UnpackError || (error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    throw new UnpackError(`${zipPath} is damaged: ${(error as Error).message}`);
  } finally {
    zip.close();
  }
  if (names.length === 0) throw new UnpackError(`${zipPath} holds no .onnx file`);
  return names;
}

function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false }, (error, zip) =>
      error ? reject(error) : resolve(zip),
    );
  });
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | null>((resolve, reject) => {
      const settle = (action: () => void) => {
        zip.removeAllListeners();
        action();
      };
      zip.once('entry', (found: Entry) => settle(() => resolve(found)));
      zip.once('end', () => settle(() => resolve(null)));
      zip.once('error', (error: Error) => settle(() => reject(error)));
      zip.readEntry();
    });
    if (entry === null) return;
    yield entry;
  }
}

async function writeEntry(zip: ZipFile, entry: Entry, path: string): Promise<void> {
  const source = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
  });
  let crc = 0;
  const checked = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      crc = crc32(chunk, crc);
      done(null, chunk);
    },
  });
  await pipeline(source, checked, createWriteStream(path, { flags: 'wx', flush: true }));
  if (crc !== entry.crc32) throw new UnpackError(`${entry.fileName} is damaged: its CRC does not match`);
}
