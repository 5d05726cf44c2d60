/** Extensions of raw files whose preview cannot be read, lower case. */
const RAW = 'crw mos mrw x3f kdc dcr'.split(' ');
/** Extensions of videos, lower case. */
const VIDEO = 'mp4 m4v mov avi mkv webm wmv flv mpg mpeg mts m2ts 3gp vob insv'.split(' ');
/** Pictures that are photos, in formats that cannot be decoded here. */
const UNDECODABLE = 'jxl jp2 j2k jpf jpx psd psb exr hdr heics avifs'.split(' ');

const KNOWN = new Set([...RAW, ...VIDEO, ...UNDECODABLE]);

/**
 * The extension of a file that somebody may miss among their photos, though it is none that can be searched for faces: a raw
 * file, a video, a picture in another format. Lower case without the dot; `null` for all other files.
 */
export function passedOverExtension(name: string): string | null {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return name.includes('.') && KNOWN.has(extension) ? extension : null;
}
