/** What is used of libheif, compiled to WebAssembly; the package has no types of its own for this entry. */
declare module 'libheif-js/wasm-bundle.js' {
  /** A picture of a file, not decoded yet. */
  interface HeifImage {
    get_width(): number;
    get_height(): number;
    /** Whether it is the one that viewers show. */
    is_primary(): boolean;
    /** Decodes to RGBA, turned by `irot` and `imir`, into `target.data`; calls back with null where that fails. */
    display<T extends { data: Uint8ClampedArray; width: number; height: number }>(
      target: T,
      done: (result: T | null) => void,
    ): void;
    free(): void;
  }
  class HeifDecoder {
    /** The context of the last file, held until it is freed. */
    decoder: { delete(): void } | null;
    /** The pictures of a file, but for thumbnails and auxiliary ones; none where it is not a HEIF file. */
    decode(bytes: Uint8Array): HeifImage[];
  }
  const libheif: { ready: Promise<unknown>; HeifDecoder: typeof HeifDecoder };
  export default libheif;
}
