import type { FacesetEntry, SwapManifest } from '@face-sets/manifests';

/** The facesets and eras that the manifest of an export lists. */
export function entriesOf(manifest: SwapManifest | undefined): FacesetEntry[] {
  return [...(manifest?.facesets ?? []), ...(manifest?.thin_eras ?? [])];
}

/** What the manifest of an export lists, relative to it. */
export function filesOfSwapManifest(manifest: SwapManifest): string[] {
  const { candidates, embedding_files } = manifest;
  return [
    ...[...entriesOf(manifest), ...(candidates?.groups ?? [])].map((entry) => entry.folder),
    ...(embedding_files ?? []).map(({ file }) => file),
  ];
}
