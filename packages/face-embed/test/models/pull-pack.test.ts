import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { MODEL_FILES } from '@face-sets/toy';
import { zipSync } from 'fflate';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadModels, type ModelPack, PullPackError, pullPack } from '../../src/index.js';

let files: Record<string, Uint8Array>;
let zip: Uint8Array;
beforeAll(() => {
  files = Object.fromEntries(Object.entries(MODEL_FILES).map(([name, build]) => [name, build()]));
  zip = zipSync({ ...files, 'README.txt': Buffer.from('hello') });
});

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A loopback server; the handler gets the number of the request. */
async function serve(
  handler: (request: IncomingMessage, response: ServerResponse, attempt: number) => void,
): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    handler(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/toy.zip`, requests };
}

/** Serves bytes as a file server does, with ranges. */
function sendFile(bytes: Uint8Array, request: IncomingMessage, response: ServerResponse): void {
  const start = Number(request.headers.range?.match(/^bytes=(\d+)-$/)?.[1] ?? 0);
  if (start >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    return;
  }
  const headers: Record<string, string | number> = { 'content-length': bytes.length - start };
  if (request.headers.range) headers['content-range'] = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
  response.writeHead(request.headers.range ? 206 : 200, headers).end(bytes.subarray(start));
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function packOf(url: string, bytes = zip): ModelPack {
  return {
    name: 'toy',
    url,
    license: 'none',
    size: bytes.length,
    sha256: sha256(bytes),
    roles: ['detection', 'recognition', 'landmark_2d_106', 'landmark_3d_68', 'genderage'],
  };
}

function target(): string {
  return join(tempDir('pull'), 'models', 'toy');
}

describe('pullPack', () => {
  it('puts the models, and nothing else, into the folder', async () => {
    const { url } = await serve((request, response) => sendFile(zip, request, response));
    const dir = target();
    const seen: { received: number; total: number | null }[] = [];
    expect(await pullPack(packOf(url), { dir, onProgress: (progress) => seen.push(progress) })).toBe(dir);
    expect(readdirSync(dir).sort()).toEqual(Object.keys(files).sort());
    for (const [name, bytes] of Object.entries(files)) {
      expect(Buffer.compare(readFileSync(join(dir, name)), bytes)).toBe(0);
    }
    expect(readdirSync(dirname(dir))).toEqual(['toy']);
    expect(seen.at(-1)).toEqual({ received: zip.length, total: zip.length });
    await loadModels(dir);
  });

  it('leaves a pack alone that is there already', async () => {
    const { url, requests } = await serve((request, response) => sendFile(zip, request, response));
    const dir = target();
    await pullPack(packOf(url), { dir });
    await pullPack(packOf(url), { dir });
    expect(requests).toHaveLength(1);
  });

  it('resumes where a cut connection stopped', async () => {
    const half = Math.floor(zip.length / 2);
    let cut = () => {};
    const { url, requests } = await serve((request, response, attempt) => {
      if (attempt > 1) return sendFile(zip, request, response);
      response.writeHead(200, { 'content-length': zip.length });
      response.write(zip.subarray(0, half));
      cut = () => response.destroy();
    });
    const dir = target();
    const received: number[] = [];
    const onProgress = (progress: { received: number }) => {
      received.push(progress.received);
      // Not before something has arrived.
      if (progress.received > 0) cut();
    };
    await pullPack(packOf(url), { dir, onProgress });
    const resumedAt = Number(requests[1].headers.range?.match(/\d+/)?.[0]);
    expect(resumedAt).toBeGreaterThan(0);
    expect(resumedAt).toBeLessThanOrEqual(half);
    expect(received).toEqual([...received].sort((a, b) => a - b));
    expect(readdirSync(dir).sort()).toEqual(Object.keys(files).sort());
  });

  it('resumes what an earlier run has left, also when that was everything', async () => {
    for (const length of [1000, zip.length]) {
      const { url, requests } = await serve((request, response) => sendFile(zip, request, response));
      const dir = target();
      mkdirSync(dirname(dir), { recursive: true });
      writeFileSync(`${dir}.zip.part`, zip.subarray(0, length));
      await pullPack(packOf(url), { dir });
      expect(requests.map((request) => request.headers.range)).toEqual([`bytes=${length}-`]);
      expect(existsSync(`${dir}.zip.part`)).toBe(false);
    }
  });

  it('begins anew where the server knows no ranges, or what was left is too long', async () => {
    const plain = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': zip.length }).end(zip);
    });
    const ranges = await serve((request, response) => sendFile(zip, request, response));
    for (const [url, left] of [
      [plain.url, Buffer.alloc(1000, 1)],
      [ranges.url, Buffer.alloc(zip.length + 10)],
    ] as const) {
      const dir = target();
      mkdirSync(dirname(dir), { recursive: true });
      writeFileSync(`${dir}.zip.part`, left);
      await pullPack(packOf(url), { dir });
      expect(readdirSync(dir)).toHaveLength(5);
    }
  });

  it('refuses what is not the published file, leaves nothing behind, and succeeds on the next call', async () => {
    const altered = Uint8Array.from(zip);
    altered[500] ^= 1;
    const { url } = await serve((request, response, attempt) =>
      sendFile(attempt === 1 ? altered : zip, request, response),
    );
    const dir = target();
    const error = await pullPack(packOf(url), { dir }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PullPackError);
    expect((error as Error).message).toContain(
      `SHA-256 of the zip is ${sha256(altered)}, expected ${sha256(zip)}`,
    );
    expect(readdirSync(dirname(dir))).toEqual([]);
    await pullPack(packOf(url), { dir });
    expect(readdirSync(dir)).toHaveLength(5);
  });

  it('checks CRCs and the hashes of single files where the hash of the zip is not known', async () => {
    const altered = zipSync(files, { level: 0 });
    altered[2000] ^= 1; // inside a stored file
    const server = await serve((request, response) => sendFile(altered, request, response));
    const unknown = { ...packOf(server.url), size: undefined, sha256: undefined };
    await expect(pullPack(unknown, { dir: target() })).rejects.toThrow('its CRC does not match');

    const other = await serve((request, response) => sendFile(zip, request, response));
    const wrongFile = {
      ...packOf(other.url),
      files: [{ name: '1k3d68.onnx', role: 'landmark_3d_68' as const, size: 1, sha256: sha256(zip) }],
    };
    const dir = target();
    await expect(pullPack(wrongFile, { dir })).rejects.toThrow(/1k3d68\.onnx is \d+ bytes long, expected 1/);
    expect(readdirSync(dirname(dir))).toEqual([]);
  });

  it('drops folders inside the zip', async () => {
    const nested = zipSync(
      Object.fromEntries(Object.entries(files).map(([name, b]) => [`antelopev2/${name}`, b])),
    );
    const { url } = await serve((request, response) => sendFile(nested, request, response));
    const dir = target();
    await pullPack(packOf(url, nested), { dir });
    expect(readdirSync(dir).sort()).toEqual(Object.keys(files).sort());
  });

  it.each(['../evil.onnx', '/tmp/evil.onnx', 'a/../../evil.onnx', '..\\evil.onnx'])(
    'writes nothing outside of the folder for a zip that holds %s',
    async (name) => {
      const hostile = zipSync({ ...files, [name]: Buffer.from('evil') });
      const { url } = await serve((request, response) => sendFile(hostile, request, response));
      const dir = target();
      await expect(pullPack(packOf(url, hostile), { dir })).rejects.toBeInstanceOf(PullPackError);
      expect(readdirSync(dirname(dir))).toEqual([]);
      expect(readdirSync(dirname(dirname(dir)))).toEqual(['models']);
    },
  );

  it.each([
    ['no zip at all', () => Buffer.from('<html>please log in</html>'), 'is not a zip file'],
    ['a zip without models', () => zipSync({ 'a.txt': Buffer.from('x') }), 'holds no .onnx file'],
    [
      'two models of one name',
      () => zipSync({ 'a/x.onnx': files['genderage.onnx'], 'b/x.onnx': files['genderage.onnx'] }),
      'two files named x.onnx',
    ],
    [
      'a zip that lacks a role',
      () => zipSync({ 'genderage.onnx': files['genderage.onnx'] }),
      'no model for detection',
    ],
    ['a zip cut short', () => zip.subarray(0, zip.length - 30), 'is not a zip file, or is damaged'],
  ])('refuses %s', async (_what, make, reason) => {
    const bytes = make();
    const { url } = await serve((request, response) => sendFile(bytes, request, response));
    const dir = target();
    await expect(pullPack({ ...packOf(url, bytes) }, { dir })).rejects.toThrow(reason);
    expect(readdirSync(dirname(dir))).toEqual([]);
  });

  it('says what the server answers, what to fetch and where to put it', async () => {
    const { url, requests } = await serve((_request, response) => response.writeHead(404).end('no'));
    const dir = target();
    const error = await pullPack(packOf(url), { dir }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PullPackError);
    const { message } = error as Error;
    expect(message).toContain('the server answers 404');
    expect(message).toContain(`download ${url} another way and unpack its .onnx files into ${dir}`);
    expect(message).not.toContain('\n');
    expect(requests).toHaveLength(1);
  });

  it('tries again when the server fails or stalls, then gives up', async () => {
    const failing = await serve((_request, response) => response.writeHead(503).end());
    await expect(pullPack(packOf(failing.url), { dir: target(), attempts: 2 })).rejects.toThrow(
      'answers 503',
    );
    expect(failing.requests).toHaveLength(2);
    const stalling = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': zip.length });
      response.write(zip.subarray(0, 10));
    });
    await expect(
      pullPack(packOf(stalling.url), { dir: target(), attempts: 1, stallMs: 200 }),
    ).rejects.toThrow('the connection stalled');
  });

  it('gives one line when there is no network', async () => {
    const { url } = await serve(() => {});
    for (const close of closers.splice(0)) close();
    const dir = target();
    const error = await pullPack(packOf(url), { dir, attempts: 1 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PullPackError);
    expect((error as Error).message).toMatch(
      /cannot be downloaded: ECONNREFUSED; run again to continue, or download http/,
    );
  });

  it('keeps what has arrived when it is stopped', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': zip.length });
      response.write(zip.subarray(0, 5000));
    });
    const dir = target();
    const stop = new AbortController();
    const pulled = pullPack(packOf(url), {
      dir,
      signal: stop.signal,
      onProgress: ({ received }) => received >= 5000 && stop.abort(),
    });
    await expect(pulled).rejects.toThrow('was stopped');
    expect(readFileSync(`${dir}.zip.part`)).toHaveLength(5000);
  });

  it('names the packs it knows when asked for another', async () => {
    await expect(pullPack('buffalo_xxl')).rejects.toThrow(
      'there is no model pack named "buffalo_xxl"; known packs: buffalo_l, buffalo_m, buffalo_s, buffalo_sc, antelopev2',
    );
    await expect(pullPack('toString')).rejects.toThrow('no model pack named "toString"');
  });
});
