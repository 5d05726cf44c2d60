/** A bundle is not a well-formed `.fsz`. */
export class FszError extends Error {
  override readonly name = 'FszError';
}

/** A format needs embeddings of a certain model, and those of the cache are of another. */
export class ForeignEmbeddingsError extends Error {
  override readonly name = 'ForeignEmbeddingsError';
}
