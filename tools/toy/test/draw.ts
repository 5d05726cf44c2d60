import sharp from 'sharp';
import type { Expression } from '../src/draw-face.js';
import { drawPerson } from '../src/draw-face.js';
import type { HeadPose } from '../src/face-geometry.js';
import { PEOPLE } from '../src/people.js';
import type { Picture } from './host.js';

const PLAIN: Expression = { smile: 0.15, brows: 0, shirt: [204, 204, 212], fading: Array(8).fill(0) };

/** An upright head that looks at the viewer. */
export function poseAt(x: number, y: number, scale: number): HeadPose {
  return { yaw: 0, pitch: 0, roll: 0, x, y, scale };
}

/** A gray picture with a person, the first, second… of the cast, in each pose. `gain` dims the light. */
export async function picture(
  width: number,
  height: number,
  poses: readonly HeadPose[],
  gain = 1,
  cast = PEOPLE,
): Promise<Picture> {
  const people = poses.map((pose, i) => drawPerson(cast[i], pose, PLAIN)).join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="rgb(220,220,220)"/>${people}</svg>`;
  const { data } = await sharp(Buffer.from(svg))
    .removeAlpha()
    .linear(gain)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width, height };
}
