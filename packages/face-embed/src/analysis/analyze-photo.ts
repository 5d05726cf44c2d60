import type { Enrichment } from '@face-sets/cache-npz';
import { decodeImage, type Rotation, rotateImage, unrotateRegion } from '@face-sets/photos';
import { bboxBlur, type Detection } from '@face-sets/quality';
import { landmarkCorners } from '../geometry/landmark-crop.js';
import type { FaceAnalyzer } from './face-analyzer.js';
import { boundingRegion, faceRegion } from './face-region.js';
import { findRotation } from './find-rotation.js';
import type { AnalyzePhotoOptions, PhotoEngine, PhotoResult } from './photo-engine.js';

/**
 * Decodes a photo, finds its faces and embeds them.
 *
 * A large JPEG is decoded at the scale that the detector needs; where that shows faces it is decoded in full as far
 * as they reach, and they are measured, cut out and embedded at full size. Photos without a face cost a fraction.
 * Where the reduced scale leaves open where a face's keypoints are, the photo is decoded and searched in full.
 *
 * @throws {ImageDecodeError} when the bytes are not a photo or cannot be decoded.
 */
export async function analyzePhoto(
  bytes: Uint8Array,
  analyzer: FaceAnalyzer,
  options: AnalyzePhotoOptions = {},
): Promise<PhotoResult> {
  const { limitInputPixels } = options;
  // The detector sees no more than this of it anyway.
  const longSide = Math.max(...analyzer.detectionSettings.sizes);
  let decoded = await decodeImage(bytes, { limitInputPixels, longSide });
  let rotation: Rotation = 0;
  let detections: readonly Detection[] = await analyzer.detect(decoded.image);
  // 1 says nothing: scanners and editors write it into whatever they save.
  if (options.rotateRetry && (decoded.orientation ?? 1) === 1) {
    ({ rotation, detections } = await findRotation(decoded.image, detections, analyzer));
  }
  const isReduced = () => decoded.image.width < decoded.width;
  if (isReduced() && detections.some((face) => face.ambiguousKeypoints)) {
    decoded = await decodeImage(bytes, { limitInputPixels });
    detections = await analyzer.detect(rotateImage(decoded.image, rotation));
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

  let image = rotateImage(decoded.image, rotation);
  let [left, top] = [0, 0];
  if (isReduced()) {
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
  result.faces = detections.map(({ bbox, kps, detScore }, i) => ({
    bbox,
    kps,
    detScore,
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
