import { describe, expect, it } from 'vitest';
import { kpsOf } from '../src/face-geometry.js';
import { buildRecognizer } from '../src/index.js';
import { PEOPLE } from '../src/people.js';
import { picture, poseAt } from './draw.js';
import { align, cosineDistance, embed, floats, load, planes, run } from './host.js';

const pose = poseAt(200, 200, 50);

async function cropOf(person: number, gain = 1, turned = pose) {
  return align(await picture(400, 400, [turned], gain, [PEOPLE[person]]), kpsOf(turned));
}

describe('buildRecognizer', () => {
  it('takes any number of aligned crops at once and gives each the numbers that it gets alone', async () => {
    const recognizer = await load(buildRecognizer());
    expect(recognizer.inputMetadata).toMatchObject([{ shape: ['None', 3, 112, 112] }]);
    const crops = [await cropOf(0), await cropOf(1), await cropOf(2)];
    const batch = new Float32Array(crops.flatMap((crop) => [...planes(crop, 127.5, 127.5)]));
    const [output] = await run(recognizer, batch, [3, 3, 112, 112]);
    expect([...output.dims]).toEqual([3, 512]);
    for (let i = 0; i < 3; i++) {
      const alone = await embed(recognizer, crops[i]);
      const together = floats(output).subarray(512 * i, 512 * (i + 1));
      alone.forEach((value, j) => {
        expect(together[j]).toBeCloseTo(value, 3);
      });
    }
  });

  it('takes raw pixels in its prefixed form and gives the same embedding', async () => {
    const crop = await cropOf(3);
    const plain = await embed(await load(buildRecognizer()), crop);
    const prefixed = await load(buildRecognizer({ form: 'prefixed' }));
    const [output] = await run(prefixed, planes(crop, 0, 1), [1, 3, 112, 112]);
    expect(cosineDistance(plain, floats(output))).toBeLessThan(1e-6);
  });

  it('sets all people about a right angle apart', async () => {
    const recognizer = await load(buildRecognizer());
    const embeddings = await Promise.all(PEOPLE.map(async (_, i) => embed(recognizer, await cropOf(i))));
    embeddings.forEach((one, i) => {
      for (const other of embeddings.slice(i + 1)) expect(cosineDistance(one, other)).toBeGreaterThan(0.75);
    });
  });

  it('hardly changes with the light, the tilt and the turn of the head', async () => {
    const recognizer = await load(buildRecognizer());
    const front = await embed(recognizer, await cropOf(4));
    const dim = await embed(recognizer, await cropOf(4, 0.4));
    const turned = await embed(recognizer, await cropOf(4, 1, { ...pose, yaw: 22, pitch: -8, roll: 25 }));
    expect(cosineDistance(front, dim)).toBeLessThan(0.02);
    expect(cosineDistance(front, turned)).toBeLessThan(0.1);
  });

  it('embeds an empty crop as something that has a direction', async () => {
    const recognizer = await load(buildRecognizer());
    const black = { data: new Uint8Array(112 * 112 * 3), width: 112, height: 112 };
    const embedding = await embed(recognizer, black);
    expect(Math.hypot(...embedding)).toBeGreaterThan(0.1);
  });
});
