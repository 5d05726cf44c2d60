/** What sharp's package exports: the function that opens a picture. */
export type SharpModule = typeof import('sharp').default;

/** Loads sharp when it is first needed: a program that decodes nothing need not wait for its native library. */
export async function loadSharp(): Promise<SharpModule> {
  return (await import('sharp')).default;
}
