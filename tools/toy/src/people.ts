import { type Color, PATCH_COLORS } from './colors.js';

/** The hair that shows behind and around the head. */
export type HairStyle = 'short' | 'long' | 'curls' | 'bun' | 'pigtails' | 'spikes' | 'bob' | 'none';

/** How far each style's hair reaches to the side of the head's middle, in eye distances. */
export const HAIR_REACH: Readonly<Record<HairStyle, number>> = {
  short: 1.35,
  long: 1.5,
  curls: 1.8,
  bun: 1.35,
  pigtails: 2.1,
  spikes: 1.65,
  bob: 1.5,
  none: 1.3,
};

/** One of the drawn people. */
export interface Person {
  readonly name: string;
  readonly skin: Color;
  readonly hair: HairStyle;
  readonly hairColor: Color;
  readonly glasses: boolean;
  readonly freckles: boolean;
  /** The colors of the eight identity patches, in the order of `PATCHES`. */
  readonly patches: readonly Color[];
}

/**
 * Row `index` of the 8×8 Hadamard matrix (Sylvester's construction): entry j is −1 where `index` and j share
 * an odd number of bits. Any two rows are orthogonal, and every row but the first sums to zero.
 */
function hadamardRow(index: number): number[] {
  return Array.from({ length: 8 }, (_, j) => {
    const shared = index & j;
    return ((shared ^ (shared >> 1) ^ (shared >> 2)) & 1) === 1 ? -1 : 1;
  });
}

/**
 * Patch colors of person `index` (0 to 13): one Hadamard row for the red–green chroma and the next for the
 * blue–yellow one, the latter with its sign turned from the eighth person on. The fourteen codes are
 * pairwise orthogonal, so their embeddings are about as far apart as two directions can be.
 */
function patchColors(index: number): Color[] {
  const redGreen = hadamardRow(1 + (index % 7));
  const blueYellow = hadamardRow(1 + ((index + 1) % 7));
  const turned = index < 7 ? 1 : -1;
  return redGreen.map((sign, patch) => {
    const key = `${sign > 0 ? '+' : '-'}${blueYellow[patch] * turned > 0 ? '+' : '-'}` as const;
    return PATCH_COLORS[key];
  });
}

const LOOKS: readonly Omit<Person, 'patches'>[] = [
  {
    name: 'Ada',
    skin: [250, 226, 205],
    hair: 'long',
    hairColor: [168, 134, 118],
    glasses: false,
    freckles: true,
  },
  {
    name: 'Bruno',
    skin: [226, 188, 156],
    hair: 'short',
    hairColor: [120, 98, 90],
    glasses: true,
    freckles: false,
  },
  {
    name: 'Cleo',
    skin: [188, 146, 120],
    hair: 'curls',
    hairColor: [112, 92, 86],
    glasses: false,
    freckles: false,
  },
  {
    name: 'Dimitri',
    skin: [246, 216, 192],
    hair: 'spikes',
    hairColor: [206, 182, 150],
    glasses: false,
    freckles: true,
  },
  {
    name: 'Esme',
    skin: [238, 204, 176],
    hair: 'bun',
    hairColor: [190, 146, 126],
    glasses: true,
    freckles: false,
  },
  {
    name: 'Farid',
    skin: [206, 166, 136],
    hair: 'short',
    hairColor: [104, 88, 84],
    glasses: false,
    freckles: false,
  },
  {
    name: 'Greta',
    skin: [252, 232, 216],
    hair: 'pigtails',
    hairColor: [222, 196, 158],
    glasses: false,
    freckles: true,
  },
  {
    name: 'Hugo',
    skin: [168, 130, 108],
    hair: 'bob',
    hairColor: [100, 84, 80],
    glasses: false,
    freckles: false,
  },
  {
    name: 'Ines',
    skin: [232, 196, 166],
    hair: 'bob',
    hairColor: [178, 138, 120],
    glasses: true,
    freckles: false,
  },
  {
    name: 'Jonas',
    skin: [248, 220, 198],
    hair: 'none',
    hairColor: [190, 170, 150],
    glasses: false,
    freckles: false,
  },
];

/** All drawn people: the first eight are the family, the last two are visitors seen a few times at most. */
export const PEOPLE: readonly Person[] = LOOKS.map((look, index) => ({
  ...look,
  patches: patchColors(index),
}));
