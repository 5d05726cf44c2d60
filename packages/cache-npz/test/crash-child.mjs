// Goes on with a cache until it is complete, saying after each step what is safe on the disk. The crash test
// kills it at random instants. Usage: node crash-child.mjs CACHE TOTAL
import { writeSync } from 'node:fs';
import { FaceCacheWriter } from '@face-sets/cache-npz';

const [path, total] = [process.argv[2], Number(process.argv[3])];
const DIM = 32;

function say(line) {
  writeSync(1, `${line}\n`);
}

const writer = await FaceCacheWriter.open(path, {
  tool: 'crash test',
  models: {
    detection: { name: 'det.onnx', sha256: 'd'.repeat(64) },
    recognition: { name: 'rec.onnx', sha256: 'e'.repeat(64) },
  },
  detection: { sizes: [640], threshold: 0.5, nms: 0.4 },
  embeddingDim: DIM,
  // Small, so that many kills come during a fold.
  journalLimit: 20_000,
});
say(`open ${writer.images.length}`);

function addNext() {
  const i = writer.images.length;
  const faces = Array.from({ length: i % 3 }, (_, k) => ({
    bbox: [i, k, i + 1, k + 1],
    kps: new Float32Array(10).fill(i),
    detScore: 0.5,
    blur: i,
    embedding: new Float32Array(DIM).fill(i + k / 4),
  }));
  const record = {
    path: `/photos/${i}.jpg`,
    pathAliases: [],
    sha256: i.toString(16).padStart(64, '0'),
    size: i,
    mtime: i,
    width: 10,
    height: 10,
    status: faces.length > 0 ? 'faces' : 'noface',
  };
  writer.addImage(record, faces);
}

function enrich(face) {
  const landmark3d68 = new Float32Array(204).fill(face);
  writer.setEnrichment(face, { landmark2d106: null, landmark3d68, pose: Float32Array.of(face, 1, 2) });
}

while (writer.images.length < total) {
  for (let n = 0; n < 5 && writer.images.length < total; n++) addNext();
  const last = writer.images.length - 1;
  if (last % 10 === 9) writer.updateImage(last, { superseded: true });
  for (let face = 0; face < writer.faceCount - 4; face++) if (!writer.isEnriched(face)) enrich(face);
  await writer.flush();
  say(`flushed ${writer.images.length}`);
}
for (let face = 0; face < writer.faceCount; face++) if (!writer.isEnriched(face)) enrich(face);
for (let image = 9; image < total; image += 10) {
  if (!writer.images[image].superseded) writer.updateImage(image, { superseded: true });
}
await writer.close();
say('done');
