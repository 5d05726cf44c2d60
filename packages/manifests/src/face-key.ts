/** What identifies a face across caches: the photo's content and where the face is in it. */
export function faceKey(face: { sha256: string; bbox: readonly number[] }): string {
  return `${face.sha256}:${face.bbox.map(Math.round).join()}`;
}
