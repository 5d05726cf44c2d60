import type { Enrichment } from '@face-sets/cache-npz';
import { bboxBlur } from '@face-sets/quality';
import { decodeImage } from './decode-image.js';
import type { FaceAnalyzer } from './face-analyzer.js';
import { boundingRegion, faceRegion } from './face-region.js';
import { landmarkCorners } from './landmark-crop.js';
import type { AnalyzePhotoOptions, PhotoEngine, PhotoResult, Rotation } from './photo-engine.js';
import { rotateImage, unrotateRegion } from './rotate-image.js';
import type { Detection } from './scrfd-decode.js';

/**
 * Longer side, in pixels, that a JPEG keeps when it is decoded at a reduced scale for detection: one and a half
 * times what the detector sees (640), so that its own resize has pixels to choose from. Photos of less than twice
 * this are decoded in full at once.
 */
const DETECTION_SIDE = 960;
const TURNS = [90, 180, 270] as const;

/**
 * Decodes a photo, finds its faces and embeds them.
 *
 * Of a large JPEG only a reduced scale is decoded for detection; where it shows a face the photo is decoded in
 * full, and the face is cut out, measured and embedded at full size. Photos without a face cost a fraction.
 *
 * @throws {ImageDecodeError} when the bytes are no photo or cannot be decoded.
 */
export async function analyzePhoto(
  bytes: Uint8Array,
  analyzer: FaceAnalyzer,
  options: AnalyzePhotoOptions = {},
): Promise<PhotoResult> {
  const { limitInputPixels } = options;
  const decoded = await decodeImage(bytes, { limitInputPixels, longSide: DETECTION_SIDE });
  let rotation: Rotation = 0;
  let detections = await analyzer.detect(decoded.image);
  if (detections.length === 0 && options.rotateRetry && decoded.orientation === null) {
    for (const degrees of TURNS) {
      detections = await analyzer.detect(rotateImage(decoded.image, degrees));
      if (detections.length === 0) continue;
      rotation = degrees;
      break;
    }
  }
  const turned = rotation === 90 || rotation === 270;
  const result: PhotoResult = {
    width: turned ? decoded.height : decoded.width,
    height: turned ? decoded.width : decoded.height,
    faces: [],
    truncated: decoded.truncated,
    rotation,
  };
  if (detections.length === 0) return result;

  const reduced = decoded.image.width < decoded.width;
  let image = rotateImage(decoded.image, rotation);
  let [left, top] = [0, 0];
  if (reduced) {
    const scaleX = result.width / image.width;
    const scaleY = result.height / image.height;
    detections = detections.map((face) => scaled(face, scaleX, scaleY));
    const region = faceRegion(detections, result.width, result.height);
    const upright = unrotateRegion(region, rotation, result.width, result.height);
    const part = await decodeImage(bytes, { limitInputPixels, region: () => upright });
    image = rotateImage(part.image, rotation);
    result.truncated ||= part.truncated;
    [left, top] = [region.x, region.y];
  }
  const inImage = detections.map(({ bbox, kps }) => ({
    bbox: shifted(bbox, -left, -top),
    kps: shifted(kps, -left, -top),
  }));
  const embeddings = await analyzer.embed(
    image,
    inImage.map((face) => face.kps),
  );
  result.faces = detections.map((face, i) => ({
    ...face,
    blur: bboxBlur(image, inImage[i]!.bbox),
    embedding: embeddings[i]!,
  }));
  return result;
}

/** Landmarks and pose of faces, from their boxes: the photo is decoded once for all of them. */
export async function photoLandmarks(
  bytes: Uint8Array,
  analyzer: FaceAnalyzer,
  boxes: readonly ArrayLike<number>[],
  rotation: Rotation = 0,
): Promise<Enrichment[]> {
  let [left, top] = [0, 0];
  const decoded = await decodeImage(bytes, {
    region: (width, height) => {
      const [w, h] = rotation === 90 || rotation === 270 ? [height, width] : [width, height];
      const region = boundingRegion(boxes.flatMap(landmarkCorners), w, h);
      [left, top] = [region.x, region.y];
      return unrotateRegion(region, rotation, w, h);
    },
  });
  const image = rotateImage(decoded.image, rotation);
  const enrichments: Enrichment[] = [];
  for (const box of boxes) {
    const found = await analyzer.landmarks(image, shifted(box, -left, -top));
    enrichments.push({
      ...found,
      landmark2d106: found.landmark2d106 && Float32Array.from(shifted(found.landmark2d106, left, top)),
      landmark3d68: found.landmark3d68 && Float32Array.from(shifted(found.landmark3d68, left, top, 3)),
    });
  }
  return enrichments;
}

/** An engine that works in the calling thread, one network call at a time. */
export function photoEngine(analyzer: FaceAnalyzer): PhotoEngine {
  return {
    parallel: 1,
    analyze: (bytes, options) => analyzePhoto(bytes, analyzer, options),
    landmarks: (bytes, boxes, rotation) => photoLandmarks(bytes, analyzer, boxes, rotation),
    close: () => analyzer.models.release(),
  };
}

/** A detection in pixels of a picture of another size. */
function scaled(face: Detection, scaleX: number, scaleY: number): Detection {
  const resize = (points: Float32Array) => points.map((value, i) => value * (i % 2 === 0 ? scaleX : scaleY));
  return { ...face, bbox: resize(face.bbox), kps: resize(face.kps) };
}

/** Points moved by (x, y); further dimensions stay. */
function shifted(points: ArrayLike<number>, x: number, y: number, dimensions = 2): number[] {
  const by = [x, y, 0];
  return Array.from(points, (value, i) => value + by[i % dimensions]!);
}
