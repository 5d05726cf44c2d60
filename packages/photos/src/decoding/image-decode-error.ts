/** A file that cannot be decoded as a picture. The message is one line that says why. */
export class ImageDecodeError extends Error {
  override name = 'ImageDecodeError';
}
