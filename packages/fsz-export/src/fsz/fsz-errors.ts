/** A bundle is not a well-formed `.fsz`. */
export class FszError extends Error {
  override readonly name = 'FszError';
}

/** A format needs the embeddings of one model, but those of the cache come from another. */
export class ForeignEmbeddingsError extends Error {
  override readonly name = 'ForeignEmbeddingsError';
}
