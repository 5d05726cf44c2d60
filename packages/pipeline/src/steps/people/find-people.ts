import { createHash } from 'node:crypto';
import { assertSameModels, type CacheImage } from '@face-sets/cache-npz';
import { centroidOf, distancesTo, rowOf } from '@face-sets/cluster';
import { type PhotoEngine, photoEngine } from '@face-sets/face-embed';
import { isSystemError, readRegularFile, reasonText } from '@face-sets/files';
import { type FaceName, faceName } from '@face-sets/people';
import { ImageDecodeError } from '@face-sets/photos';
import { inStage, type StepOptions } from '../../shared/context.js';
import { count } from '../../shared/count.js';
import { openModels } from '../../shared/open-models.js';
import type { ModelOptions } from '../../shared/options.js';
import { type OpenPeople, openPeople, rowsByName } from './open-people.js';

/** Options of {@link findPeople}. */
export interface FindPeopleOptions extends StepOptions, ModelOptions {
  /** People and photos to name for each face. @default 5 */
  top?: number;
}

/** What {@link findPeople} does where nothing is said. */
export const FIND_PEOPLE_DEFAULTS = { top: 5 } as const;

/** Someone who may be on a photo. */
export interface NearPerson {
  number: number;
  name: string | null;
  /** Cosine distance to the person's centroid. */
  distance: number;
  /** Mean cosine distance to the person's faces: up to the threshold of the collection, the face would join the person. */
  meanDistance: number;
}

/** A face of a photo, and whose it may be. */
export interface FoundPerson {
  face: FaceName;
  /** `[x1, y1, x2, y2]` in pixels of the upright photo. */
  bbox: number[];
  /** Number of the person: as known, or the nearest within the threshold; null for no one. */
  person: number | null;
  name: string | null;
  /** The nearest first. */
  people: NearPerson[];
  /** The nearest faces in other photos first. */
  photos: { photo: string; face: FaceName; person: number | null; distance: number }[];
}

/** What {@link findPeople} found on a photo. */
export interface FoundPhoto {
  photo: string;
  /** The cache has the photo. */
  known: boolean;
  /** Why it could not be searched. */
  problem?: string;
  faces: FoundPerson[];
}

/** Who is on some photos. */
export interface FindPeopleResult {
  cache: string;
  /** Cosine distance up to which a face would join a person. */
  threshold: number;
  photos: FoundPhoto[];
}

/** A face whose people are looked for. */
interface WantedFace {
  face: FaceName;
  bbox: number[];
  embedding: Float32Array;
  /** Its row, where the cache has it. */
  row?: number;
}

/**
 * Says who is on photos, which need not be in the cache: others are searched with the models of the cache. Nothing is written.
 *
 * @throws CacheModelMismatchError where a photo is new and the models are not those of the cache
 */
export async function findPeople(
  photos: readonly string[],
  cachePath: string,
  options: FindPeopleOptions = {},
): Promise<FindPeopleResult> {
  const open = await openPeople(cachePath, options);
  const images = await Promise.all(photos.map((path) => open.meant.photos.at(path)));
  // A photo that could not be read before may be readable now.
  const known = images.map((image) => (image?.status === 'error' ? undefined : image));
  const others = photos.filter((_, i) => !known[i]);
  const searched = others.length > 0 ? await searchPhotos(others, open, cachePath, options) : NONE;
  const look = lookUp(open, options.top ?? FIND_PEOPLE_DEFAULTS.top);
  return {
    cache: cachePath,
    threshold: open.used.threshold,
    photos: photos.map((photo, i) => {
      const image = known[i];
      const found = image ? knownFaces(open, image) : searched.get(photo)!;
      return typeof found === 'string'
        ? { photo, known: false, problem: found, faces: [] }
        : { photo, known: image !== undefined, faces: found.map(look) };
    }),
  };
}

const NONE: ReadonlyMap<string, WantedFace[] | string> = new Map();

function knownFaces(open: OpenPeople, image: CacheImage): WantedFace[] {
  const { cache, known, meant } = open;
  const rows = rowsByName(open);
  return meant.photos.facesIn(image).map((face) => {
    const row = rows.get(face)!;
    const at = 4 * known.faces.rows[row]!;
    const bbox = [...cache.bbox.subarray(at, at + 4)];
    return { face, bbox, embedding: rowOf(known.faces.embeddings, row), row };
  });
}

/** The faces in photos that the cache does not have; a line where a photo cannot be searched. */
async function searchPhotos(
  photos: readonly string[],
  { cache }: OpenPeople,
  cachePath: string,
  options: FindPeopleOptions,
): Promise<ReadonlyMap<string, WantedFace[] | string>> {
  const { analyzer, cacheSettings } = await openModels(options, ['detection', 'recognition']);
  const engine = photoEngine(analyzer);
  try {
    assertSameModels(cachePath, cache.meta, { models: cacheSettings.models }, false);
    return await inStage(options, 'Searching', 'photos', async (stage) => {
      const found = new Map<string, WantedFace[] | string>();
      for (const path of photos) {
        options.signal?.throwIfAborted();
        found.set(path, await searchPhoto(path, engine));
        stage.update(found.size, photos.length);
      }
      return { result: found, summary: `Searched ${count(found.size, 'photo')}` };
    });
  } finally {
    await engine.close();
  }
}

async function searchPhoto(path: string, engine: PhotoEngine): Promise<WantedFace[] | string> {
  try {
    const bytes = await readRegularFile(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const result = await engine.analyze(bytes);
    return result.faces.map(({ bbox, embedding }) => ({
      face: faceName(sha256, bbox, result),
      bbox: Array.from(bbox),
      embedding: Float32Array.from(embedding),
    }));
  } catch (error) {
    if (error instanceof ImageDecodeError) return error.message;
    if (isSystemError(error)) return reasonText(error);
    throw error;
  }
}

/** What finds the people and photos near to a face. */
function lookUp({ known, meant, used }: OpenPeople, top: number): (wanted: WantedFace) => FoundPerson {
  const { embeddings, names } = known.faces;
  const people = known.people.filter(({ rows, ignored }) => rows.length > 0 && !ignored);
  const centroids = new Map(people.map(({ number, rows }) => [number, centroidOf(embeddings, rows)]));
  return ({ face, bbox, embedding, row }) => {
    const distances = distancesTo(embeddings, embedding);
    const near = people
      .flatMap(({ number, name, rows }): NearPerson[] => {
        // Its own face says nothing about how near a person is.
        const others = rows.filter((other) => other !== row);
        if (others.length === 0) return [];
        const centroid =
          others.length < rows.length ? centroidOf(embeddings, others) : centroids.get(number)!;
        const [distance] = distancesTo({ data: centroid, rows: 1, cols: embeddings.cols }, embedding);
        const mean = others.reduce((sum, other) => sum + distances[other]!, 0) / others.length;
        return [{ number, name, distance: distance!, meanDistance: mean }];
      })
      .filter(({ distance }) => !Number.isNaN(distance))
      .sort((a, b) => a.distance - b.distance || a.number - b.number);
    const person = row === undefined ? likely(near, used.threshold) : known.person[row]! || null;
    const photo = meant.photos.of(face);
    const others = [...distances.keys()].filter(
      (other) => !Number.isNaN(distances[other]) && (!photo || meant.photos.of(names[other]!) !== photo),
    );
    return {
      face,
      bbox,
      person,
      name: person === null ? null : (meant.numbered(person)?.name ?? null),
      people: near.slice(0, top),
      photos: others
        .sort((a, b) => distances[a]! - distances[b]! || a - b)
        .slice(0, top)
        .map((other) => ({
          photo: meant.photos.pathOf(names[other]!),
          face: names[other]!,
          person: known.person[other]! || null,
          distance: distances[other]!,
        })),
    };
  };
}

/** Number of the person whom a new face would join. */
function likely(people: readonly NearPerson[], threshold: number): number | null {
  const [nearest] = [...people].sort((a, b) => a.meanDistance - b.meanDistance);
  return nearest && nearest.meanDistance <= threshold ? nearest.number : null;
}
