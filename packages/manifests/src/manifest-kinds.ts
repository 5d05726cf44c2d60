import { OUTPUT_MANIFESTS } from '@face-sets/files';
import type { z } from 'zod';
import { type ClusterManifest, clusterManifestSchema } from './cluster-manifest.js';
import { type DuplicatesManifest, duplicatesManifestSchema } from './duplicates-manifest.js';
import { type ErasManifest, erasManifestSchema } from './eras-manifest.js';
import { type RefineManifest, refineManifestSchema } from './refine-manifest.js';
import {
  type SwapFacesetManifest,
  type SwapManifest,
  swapFacesetManifestSchema,
  swapManifestSchema,
} from './swap-manifest.js';

/** Every kind of manifest, by the word in its `kind` field. */
export interface Manifests {
  cluster: ClusterManifest;
  refine: RefineManifest;
  'export-swap': SwapManifest;
  'swap-faceset': SwapFacesetManifest;
  eras: ErasManifest;
  duplicates: DuplicatesManifest;
}

/** The word in the `kind` field of a manifest. */
export type ManifestKind = keyof Manifests;

/** What there is to know of a kind of manifest. */
interface ManifestEntry<M> {
  /** Name of its file in the folder that it describes. */
  file: string;
  /** What is in it. */
  schema: z.ZodType<M>;
}

/** The registry of manifests: a new kind is a line here and one in {@link Manifests}. */
export const MANIFESTS: { readonly [K in ManifestKind]: ManifestEntry<Manifests[K]> } = {
  cluster: { file: OUTPUT_MANIFESTS.cluster, schema: clusterManifestSchema },
  refine: { file: OUTPUT_MANIFESTS.refine, schema: refineManifestSchema },
  'export-swap': { file: OUTPUT_MANIFESTS['export-swap'], schema: swapManifestSchema },
  'swap-faceset': { file: OUTPUT_MANIFESTS['swap-faceset'], schema: swapFacesetManifestSchema },
  // Below the folder of an output, in one that holds no photos.
  eras: { file: 'eras.json', schema: erasManifestSchema },
  // After the name of the cache, see `duplicatesPath`.
  duplicates: { file: 'duplicates.json', schema: duplicatesManifestSchema },
};

/** The file name of each kind of manifest; of `duplicates` what comes after the name of the cache. */
export const MANIFEST_NAMES = Object.fromEntries(
  Object.entries(MANIFESTS).map(([kind, { file }]) => [kind, file]),
) as { readonly [K in ManifestKind]: string };

/** Where the duplicates of a cache are listed: beside it, `faces.npz.duplicates.json`. */
export function duplicatesPath(cachePath: string): string {
  return `${cachePath}.${MANIFEST_NAMES.duplicates}`;
}
