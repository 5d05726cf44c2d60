import type { Color } from './colors.js';
import type { Expression } from './draw-face.js';
import { SCENES, type Scene } from './draw-scene.js';
import type { HeadPose } from './face-geometry.js';
import { HAIR_REACH, PEOPLE, type Person } from './people.js';
import { type Random, randomFrom } from './random.js';

/** Which library to draw. */
export interface LibraryOptions {
  /**
   * `full` (default): eight people in 18 to 25 photos each, two visitors, groups, copies and faulty files;
   * `small`: three people in 6 photos each, two groups, an empty scene, a copy.
   */
  readonly size?: 'full' | 'small';
  /** Another seed draws other photos of the same people. Default 1. */
  readonly seed?: number;
}

/** One person in one planned photo. */
export interface Sitter {
  readonly person: Person;
  readonly pose: HeadPose;
  readonly expression: Expression;
}

/** The light and the camera of one planned photo. */
export interface Light {
  /** Gain of each channel: the light's strength and tint. */
  readonly gain: Color;
  /** How dark a shadow falls in from one side, 0 to 0.5; negative: from the right. */
  readonly shade: number;
  /** Standard deviation of the camera's noise, in levels. */
  readonly noise: number;
  /** Standard deviation of the camera's blur, in pixels; 0 for a sharp photo. */
  readonly blur: number;
}

/** A photo to be drawn. */
export interface PlannedPhoto {
  /** Path inside the library, with `/`. */
  readonly path: string;
  readonly scene: Scene;
  /** Upright size. */
  readonly width: number;
  readonly height: number;
  readonly sitters: readonly Sitter[];
  readonly light: Light;
  /** EXIF orientation that the file is stored with. */
  readonly orientation: 1 | 6;
  /** When it was taken, as EXIF writes it, or `null` for a file that does not say. */
  readonly taken: string | null;
  readonly subsampling: '4:4:4' | '4:2:0';
  readonly quality: number;
  /** Seed of the background and the noise. */
  readonly seed: string;
}

/** Everything that is to be drawn, and which photos are to be copied to where. */
export interface LibraryPlan {
  /** The people it is about; anyone else in it is a visitor. */
  readonly family: readonly Person[];
  readonly photos: readonly PlannedPhoto[];
  /** Byte-identical copies. */
  readonly copies: readonly { readonly from: string; readonly to: string }[];
  /** Copies scaled to another width. */
  readonly resized: readonly { readonly from: string; readonly to: string; readonly width: number }[];
  /** Files that are not photos in spite of their names: a photo cut short, a text, an empty file. */
  readonly faulty: readonly {
    readonly path: string;
    readonly kind: 'truncated' | 'text' | 'empty';
    readonly from: string;
  }[];
}

const SOLO_SIZES = [
  [1280, 960],
  [960, 1280],
  [1024, 768],
  [800, 1000],
  [1600, 1066],
  [720, 720],
  [1200, 900],
] as const;
const SMALL_SIZES = [
  [800, 600],
  [640, 800],
  [720, 720],
] as const;
const GROUP_SIZES = [
  [1600, 1066],
  [1440, 960],
] as const;
const SHIRTS: readonly Color[] = [
  [214, 196, 226],
  [196, 216, 232],
  [236, 216, 196],
  [202, 224, 202],
  [232, 200, 206],
  [236, 230, 198],
  [204, 204, 212],
];

/** Decides every photo of the library; the same options always give the same plan. */
export function planLibrary({ size = 'full', seed = 1 }: LibraryOptions = {}): LibraryPlan {
  const random = randomFrom(`toy library ${size} ${seed}`);
  const planner = new Planner(random, size, seed);
  return size === 'full' ? fullPlan(planner) : smallPlan(planner);
}

function fullPlan(planner: Planner): LibraryPlan {
  const { random } = planner;
  const family = PEOPLE.slice(0, 8);
  const [ines, jonas] = PEOPLE.slice(8);
  for (const person of family) {
    const sharp = random.whole(12, 14);
    for (let i = 0; i < sharp; i++) planner.solo(person, i === 0 ? 'close' : 'usual');
    planner.solo(person, 'frame-filling');
    planner.solo(person, 'blurred');
    planner.solo(person, 'distant');
  }
  for (let i = 0; i < 2; i++) planner.solo(ines, 'usual');
  planner.solo(jonas, 'usual');
  // Every group is dealt from a shuffled pack of all eight, so that everyone is in as many.
  let pack: Person[] = [];
  for (const count of [2, 3, 4, 2, 5, 3, 2, 4, 3, 2, 5, 3, 4, 2, 3, 2, 3, 4]) {
    const members: Person[] = [];
    while (members.length < count) {
      if (pack.length === 0) pack = random.shuffled(family);
      const next = pack.findIndex((person) => !members.includes(person));
      if (next < 0) pack.push(...random.shuffled(family));
      else members.push(...pack.splice(next, 1));
    }
    planner.group(members);
  }
  planner.group([family[0], ines, family[3]]);
  for (const scene of SCENES) planner.empty(scene);
  const photos = planner.photos;
  const soloOf = (index: number) => photos.filter((photo) => photo.sitters.length === 1)[index].path;
  return {
    family,
    photos,
    copies: [
      { from: soloOf(2), to: 'copies/IMG_0003 (1).jpg' },
      { from: soloOf(20), to: 'copies/holiday.jpg' },
      { from: soloOf(20), to: 'copies/nested/deeper/holiday again.jpg' },
      { from: photos.find((photo) => photo.sitters.length === 3)!.path, to: 'copies/all of us.jpg' },
    ].map(sameEnding),
    resized: [{ from: soloOf(5), to: 'copies/small for the web.jpg', width: 640 }],
    faulty: [
      { path: 'broken/cut short.jpg', kind: 'truncated', from: soloOf(9) },
      { path: 'broken/not a photo.jpg', kind: 'text', from: '' },
      { path: 'broken/empty.jpg', kind: 'empty', from: '' },
    ],
  };
}

function smallPlan(planner: Planner): LibraryPlan {
  const people = PEOPLE.slice(0, 3);
  for (const person of people) for (let i = 0; i < 6; i++) planner.solo(person, 'usual');
  planner.group(people.slice(0, 2));
  planner.group(people);
  planner.empty('meadow');
  const from = planner.photos[1].path;
  return {
    family: people,
    photos: planner.photos,
    copies: [sameEnding({ from, to: 'copies/same again.jpg' })],
    resized: [],
    faulty: [{ path: 'broken/not a photo.jpg', kind: 'text', from: '' }],
  };
}

/** A copy's name ends as its original's does. */
function sameEnding({ from, to }: { from: string; to: string }): { from: string; to: string } {
  return { from, to: to.replace(/\.jpg$/, from.slice(from.lastIndexOf('.'))) };
}

/** Where a member of a group stands, and the largest eye distance there, in pixels. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

function oneRow(count: number, width: number, height: number, random: Random): Place[] {
  const slot = width / count;
  return Array.from({ length: count }, (_, index) => ({
    x: (index + 0.5) * slot,
    y: height * random.between(0.38, 0.55),
    scale: Math.min(slot / 3.5, height / 5),
  }));
}

/** The nearest that two heads come without one's hair covering the other's face. */
function headsTogether(people: readonly Person[], width: number, height: number, random: Random): Place[] {
  const scale = height / random.between(5, 9);
  const apart = Math.max(2.7, 1.3 + Math.max(...people.map(({ hair }) => HAIR_REACH[hair])));
  const middle = width * random.between(0.4, 0.6);
  const y = height * random.between(0.4, 0.5);
  return [-0.5, 0.5].map((side) => ({ x: middle + side * apart * scale, y, scale }));
}

/** The back row looks out between the heads of the front row, and is drawn first. */
function twoRows(count: number, width: number, height: number): Place[] {
  const back = Math.floor(count / 2);
  const front = count - back;
  const scale = Math.min(width / (4.2 * front), height / 8.5);
  const place = (index: number, inRow: number, y: number) => ({
    x: width / 2 + (index - (inRow - 1) / 2) * 4.2 * scale,
    y,
    scale,
  });
  return [
    ...Array.from({ length: back }, (_, index) => place(index, back, height * 0.58 - 2.7 * scale)),
    ...Array.from({ length: front }, (_, index) => place(index, front, height * 0.58)),
  ];
}

class Planner {
  readonly photos: PlannedPhoto[] = [];

  constructor(
    readonly random: Random,
    readonly size: 'full' | 'small',
    readonly seed: number,
  ) {}

  solo(person: Person, kind: 'usual' | 'close' | 'frame-filling' | 'distant' | 'blurred'): void {
    const { random } = this;
    const sizes: readonly (readonly [number, number])[] = this.size === 'full' ? SOLO_SIZES : SMALL_SIZES;
    const [width, height] = kind === 'frame-filling' ? [720, 720] : random.pick(sizes);
    const short = Math.min(width, height);
    // Eye distance as a part of the picture's shorter side: a head is about 3.3 eye distances high.
    const parts = {
      usual: [0.07, 0.2],
      distant: [0.03, 0.033],
      blurred: [0.07, 0.2],
      close: [0.3, 0.34],
      'frame-filling': [0.4, 0.43],
    }[kind];
    const scale = short * random.between(parts[0], parts[1]);
    const reach = 1.9 * scale;
    const place = (length: number, low: number, high: number) =>
      2 * reach >= length
        ? 0.44 * length
        : random.between(Math.max(reach, low * length), Math.min(length - reach, high * length));
    const pose: HeadPose = {
      yaw: random.between(-22, 22),
      pitch: random.between(-9, 9),
      roll: random.chance(0.15) ? random.between(-32, 32) : 9 * Math.max(-2, Math.min(2, random.normal())),
      x: 2 * reach >= width ? width / 2 : place(width, 0.15, 0.85),
      y: place(height, 0.25, 0.65),
      scale,
    };
    const blur = kind === 'blurred' ? 0.026 * scale : 0;
    this.add(width, height, [{ person, pose, expression: this.expression() }], blur);
  }

  /** Two put their heads together, five stand in two rows, any other number in one row. */
  group(people: readonly Person[]): void {
    const { random } = this;
    const sizes: readonly (readonly [number, number])[] = this.size === 'full' ? GROUP_SIZES : [[1000, 700]];
    const [width, height] = random.pick(sizes);
    const places =
      people.length === 2
        ? headsTogether(people, width, height, random)
        : people.length === 5
          ? twoRows(people.length, width, height)
          : oneRow(people.length, width, height, random);
    const sitters = places.map(({ x, y, scale }, index) => {
      const pose: HeadPose = {
        yaw: random.between(-20, 20),
        pitch: random.between(-7, 7),
        roll: 7 * Math.max(-2, Math.min(2, random.normal())),
        x: x + random.between(-0.08, 0.08) * scale,
        y: y + random.between(-0.08, 0.08) * scale,
        scale: scale * random.between(0.9, 1),
      };
      return { person: people[index], pose, expression: this.expression() };
    });
    this.add(width, height, sitters, 0);
  }

  empty(scene: Scene): void {
    this.add(1200, 800, [], 0, scene);
  }

  private add(width: number, height: number, sitters: readonly Sitter[], blur: number, where?: Scene): void {
    const { random } = this;
    const number = this.photos.length + 1;
    const scene = where ?? random.pick(SCENES);
    const year = random.whole(2006, 2023);
    const ending = number % 17 === 6 ? 'png' : number % 17 === 12 ? 'webp' : 'jpg';
    const folder = random.pick(['', `${year}/`, `${year}/`, `${year}/${scene}/`, 'Fotos für Oma/']);
    const strength = random.chance(0.15) ? random.between(0.55, 0.75) : random.between(0.85, 1.04);
    const warmth = random.between(-0.04, 0.04);
    const two = (value: number) => String(value).padStart(2, '0');
    this.photos.push({
      path: `${folder}IMG_${String(number).padStart(4, '0')}.${ending}`,
      scene,
      width,
      height,
      sitters,
      light: {
        gain: [strength * (1 + warmth), strength, strength * (1 - warmth)],
        shade: random.chance(0.35) ? random.between(-0.4, 0.4) : 0,
        noise: blur > 0 ? 0 : random.between(0.8, 2.6),
        blur,
      },
      orientation: number % 11 === 4 && ending === 'jpg' ? 6 : 1,
      taken: random.chance(0.85)
        ? `${year}:${two(random.whole(1, 12))}:${two(random.whole(1, 28))} ${two(random.whole(8, 21))}:${two(random.whole(0, 59))}:00`
        : null,
      subsampling: random.chance(0.3) ? '4:2:0' : '4:4:4',
      quality: random.whole(86, 94),
      seed: `${this.size} ${this.seed} ${number}`,
    });
  }

  private expression(): Expression {
    const { random } = this;
    return {
      smile: random.between(0.06, 0.26),
      brows: random.between(-0.04, 0.08),
      shirt: random.pick(SHIRTS),
      fading: Array.from({ length: 8 }, () => random.between(0, 0.45)),
    };
  }
}
