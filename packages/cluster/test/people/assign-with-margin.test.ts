import { describe, expect, it } from 'vitest';
import { assignWithMargin, matrixFrom } from '../../src/index.js';
import { at, cosine } from '../helpers.js';

const PEOPLE = matrixFrom([at(0), at(90), at(180)]);
const threshold = cosine(50);
const fresh = (count: number) => Array.from({ length: count }, (_, image) => image);

describe('assignWithMargin', () => {
  it('gives each face to the nearest person within the threshold', () => {
    const faces = matrixFrom([at(10), at(80), at(-20), at(200), at(270)]);
    const outcomes = assignWithMargin(faces, PEOPLE, { imageIndex: fresh(5), threshold });
    expect(outcomes.map((outcome) => ('person' in outcome ? outcome.person : null)).slice(0, 4)).toEqual([
      0, 1, 0, 2,
    ]);
    expect(outcomes.slice(0, 4).every(({ status }) => status === 'assigned')).toBe(true);
    expect(outcomes[0]).toMatchObject({ distance: expect.closeTo(cosine(10), 6) });
    expect(outcomes[4]).toMatchObject({
      status: 'rejected',
      reason: 'far',
      distance: expect.closeTo(1, 6),
      limit: threshold,
    });
  });

  it('shares a photo of several people out', () => {
    const faces = matrixFrom([at(5), at(100), at(175), at(300)]);
    const outcomes = assignWithMargin(faces, PEOPLE, { imageIndex: [4, 4, 4, 4], threshold });
    expect(outcomes.map((outcome) => ('person' in outcome ? outcome.person : null)).slice(0, 3)).toEqual([
      0, 1, 2,
    ]);
    expect(outcomes[3]).toMatchObject({ reason: 'far', person: 0 });
  });

  it('leaves a face to nobody when another person is nearly as near', () => {
    const faces = matrixFrom([at(44), at(40)]);
    const options = { imageIndex: fresh(2), threshold };
    const [close, clear] = assignWithMargin(faces, PEOPLE, options);
    expect(close).toMatchObject({
      reason: 'ambiguous',
      person: 0,
      other: 1,
      distance: expect.closeTo(cosine(44), 6),
      otherDistance: expect.closeTo(cosine(46), 6),
      limit: 0.05,
    });
    expect(clear).toMatchObject({ status: 'assigned', person: 0 });
    expect(assignWithMargin(faces, PEOPLE, { ...options, margin: 0 })[0]).toMatchObject({
      person: 0,
      status: 'assigned',
    });
    expect(assignWithMargin(faces, PEOPLE, { ...options, margin: 0.5 })[1]).toMatchObject({
      reason: 'ambiguous',
    });
  });

  it('takes no one for a rival who has another face in the image', () => {
    const faces = matrixFrom([at(44), at(90)]);
    const together = assignWithMargin(faces, PEOPLE, { imageIndex: [0, 0], threshold });
    expect(together).toMatchObject([
      { status: 'assigned', person: 0 },
      { status: 'assigned', person: 1 },
    ]);
  });

  it('gives two faces of one image to one person only when both are strongly similar', () => {
    const faces = matrixFrom([at(2), at(40), at(-3)]);
    const outcomes = assignWithMargin(faces, matrixFrom([at(0), at(180)]), {
      imageIndex: [0, 0, 0],
      threshold,
    });
    expect(outcomes).toMatchObject([
      { status: 'assigned', person: 0 },
      { status: 'rejected', reason: 'same-image', person: 0 },
      { status: 'assigned', person: 0 },
    ]);
    const strict = { imageIndex: [0, 0, 0], threshold, strongThreshold: 0 };
    expect(assignWithMargin(faces, PEOPLE, strict)[2]).toMatchObject({ reason: 'same-image' });
  });

  it('knows who is in an image already', () => {
    const faces = matrixFrom([at(-40)]);
    const peopleInImage = new Map([[3, [0]]]);
    const known = assignWithMargin(faces, PEOPLE, { imageIndex: [3], threshold, peopleInImage });
    expect(known).toMatchObject([{ reason: 'same-image', person: 0 }]);
    const elsewhere = assignWithMargin(faces, PEOPLE, { imageIndex: [4], threshold, peopleInImage });
    expect(elsewhere).toMatchObject([{ status: 'assigned', person: 0 }]);
  });

  it('routes nothing without a direction, and nothing to nobody', () => {
    const faces = matrixFrom([[0, 0], [Number.NaN, 1], at(0)]);
    const outcomes = assignWithMargin(faces, matrixFrom([], 2), { imageIndex: fresh(3) });
    expect(outcomes).toMatchObject([
      { reason: 'invalid-embedding' },
      { reason: 'invalid-embedding' },
      { reason: 'far', person: -1 },
    ]);
  });
});
