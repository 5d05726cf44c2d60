/** Stands before the EXIF block in a JPEG segment. */
export const EXIF_MARK = Buffer.from('Exif\0\0', 'latin1');

/** An EXIF block from its TIFF header on: some programs write the mark of the JPEG segment into other containers too. */
export function withoutExifMark(exif: Buffer): Buffer {
  return exif.subarray(0, EXIF_MARK.length).equals(EXIF_MARK) ? exif.subarray(EXIF_MARK.length) : exif;
}
