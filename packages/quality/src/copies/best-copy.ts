import type { CopyTraits } from './copy-traits.js';

/** What copies of a photo are judged by. */
export interface Copy {
  source: string;
  /** Pixels. */
  width: number;
  height: number;
  /** Size of the file. */
  bytes: number;
  /** Of its faces, in [0, 1): `sharpnessScore`, whose b/(b + half) grows with real detail, not with pixels. */
  sharpness: number;
  /** Of the same part of the picture in all copies, in full size; without them copies are told by size and sharpness alone. */
  traits?: CopyTraits | undefined;
  /** What its file says of it. */
  file?: CopyFile | undefined;
}

/** What the file of a copy says, whatever its pixels are. */
export interface CopyFile {
  /** A format of 256 colors at most: GIF, or a PNG with a palette. */
  palette: boolean;
  /** A format that loses nothing: its size says nothing of its quality. */
  lossless: boolean;
  /** It has the data that a camera writes (EXIF). */
  exif: boolean;
}

/** An enlarged or blurred copy shows less detail than this share of the most. */
const LEAST_DETAIL = 0.75;
/** Sizes and details within this share of the most are as good as the most. */
const AS_GOOD = 0.95;
/** From here on a picture has colors; below it is gray or toned, whatever the noise of JPEG adds. */
const HAS_COLOR = 3;
/** A copy with less than this share of the colors of another has lost them. JPEG of the lowest quality adds to them. */
const LEAST_COLOR = 0.45;
/** So many different colors at most, in a picture that has color, are those of a palette, or of a posterization. */
const PALETTE_COLORS = 300;
/** Of gray pictures one with less than this share of the grays of another has lost them. */
const LEAST_GRAYS = 0.5;
/** Blocks that stand out so many times as much are those of JPEG of low quality; noise covers blocks about twofold. */
const MOST_BLOCKS = 2.4;
/** Blocks that stand out so many times as much are seen, where nothing else tells two copies apart. */
const MORE_BLOCKS = 1.3;
/** Levels of noise that a copy may have more than another: compression takes up to so much grain away from an original. */
const MOST_NOISE = 4.5;
/** What is taken for noise is detail where the copy without it has lost so many times its detail too: it is blurred. */
const NOISE_IS_DETAIL = 5;
/** Of lossy files of a size one with less than this share of the bytes was compressed more. */
const LEAST_BYTES = 0.6;

/** In which way a copy is worse than another, as manifests say it. */
export interface CopyReason {
  /** What is worse: `size`, `sharpness`, `colors`, … */
  code: string;
  /** What was measured, where it is a number. */
  value?: number;
  /** What it was measured against. */
  limit?: number;
  /** One line for people. */
  message: string;
}

/** One way in which a copy is worse than others. */
interface Criterion {
  /** Of the reason in a manifest. */
  code: string;
  /** Those of the copies that are not worse; one at least. */
  keep: (copies: readonly Copy[]) => readonly Copy[];
  /** Why the best is better, after "as large as any, …". */
  best: (best: Copy) => string;
  /** Why a copy is not the best. */
  worse: (copy: Copy, best: Copy) => Omit<CopyReason, 'code'> & { code?: string };
}

/** In this order: of two copies the first of these that tells them apart decides. */
const CRITERIA: readonly Criterion[] = [
  {
    code: 'no-color',
    keep: (copies) =>
      without(
        copies,
        (copy, other) =>
          colorOf(other) >= HAS_COLOR &&
          colorOf(copy) < LEAST_COLOR * colorOf(other) &&
          // Compression adds colors that are not the picture's.
          blocksOf(other) <= MORE_BLOCKS * blocksOf(copy),
      ),
    best: () => 'and in color',
    worse: (copy, best) => compared('gray or toned', colorOf(copy), colorOf(best), 'color'),
  },
  {
    code: 'few-colors',
    keep: (copies) =>
      without(copies, (copy, other) => hasFewColors(copy, other) && !hasFewColors(other, copy)),
    best: () => 'and with all its colors',
    worse: (copy, best) => compared('fewer colors', copy.traits?.colors, best.traits?.colors, 'colors'),
  },
  {
    code: 'more-compressed',
    keep: (copies) => without(copies, (copy, other) => blocksOf(copy) > MOST_BLOCKS * blocksOf(other)),
    best: () => 'and without blocks',
    worse: (copy, best) => compared('blocks of strong compression', blocksOf(copy), blocksOf(best), 'blocks'),
  },
  {
    code: 'noisy',
    keep: (copies) => without(copies, (copy, other) => isNoisier(copy, other)),
    best: () => 'and without noise',
    worse: (copy, best) => compared('more noise', copy.traits?.noise, best.traits?.noise, 'noise'),
  },
  {
    code: 'less-detail',
    keep: (copies) => atLeast(copies, detailOf, LEAST_DETAIL),
    best: (best) => `and the sharpest (${sharpText(best)})`,
    worse: (copy, best) => ({
      code: isLarger(copy, best) ? 'less-detail' : isLarger(best, copy) ? 'smaller' : 'less-sharp',
      value: copy.sharpness,
      limit: best.sharpness,
      message: isLarger(copy, best)
        ? `larger (${sizeText(copy)} against ${sizeText(best)}) but enlarged or blurred: sharpness ${sharpText(copy)} against ${sharpText(best)}`
        : isLarger(best, copy)
          ? `${sizeText(copy)}, the best is ${sizeText(best)}`
          : `as large but less sharp: ${sharpText(copy)} against ${sharpText(best)}`,
    }),
  },
  {
    code: 'smaller',
    keep: (copies) => atLeast(copies, pixelsOf, AS_GOOD),
    best: () => '',
    worse: (copy, best) => ({
      value: pixelsOf(copy),
      limit: pixelsOf(best),
      message: `${sizeText(copy)}, the best is ${sizeText(best)}`,
    }),
  },
  {
    code: 'no-exif',
    keep: (copies) =>
      without(copies, (copy, other) => copy.file?.exif === false && other.file?.exif === true),
    best: () => 'and with camera data',
    worse: () => ({ message: 'as large, but without camera data (EXIF)' }),
  },
  {
    code: 'more-compressed',
    keep: (copies) => {
      const most = Math.max(...copies.map(({ bytes }) => bytes));
      return copies.filter(({ bytes, file }) => file?.lossless !== false || bytes >= LEAST_BYTES * most);
    },
    best: ({ bytes }) => `and the least compressed (${sizeOf(bytes)})`,
    worse: byBytes,
  },
  {
    code: 'more-compressed',
    keep: (copies) => without(copies, (copy, other) => blocksOf(copy) > MORE_BLOCKS * blocksOf(other)),
    best: () => 'and with the fewest blocks',
    worse: (copy, best) => compared('blocks of compression', blocksOf(copy), blocksOf(best), 'blocks'),
  },
  {
    code: 'less-sharp',
    keep: (copies) => atLeast(copies, detailOf, AS_GOOD),
    best: (best) => `and the sharpest (${sharpText(best)})`,
    worse: (copy, best) => ({
      value: copy.sharpness,
      limit: best.sharpness,
      message: `as large but less sharp: ${sharpText(copy)} against ${sharpText(best)}`,
    }),
  },
  /* jscpd:ignore-start: a row of a table, whose rows have the same fields */
  {
    code: 'more-compressed',
    keep: (copies) => {
      const most = Math.max(...copies.map(({ bytes }) => bytes));
      return copies.filter(({ bytes, file }) => file?.lossless || bytes === most);
    },
    best: ({ bytes }) => `as sharp as any, and the least compressed (${sizeOf(bytes)})`,
    worse: byBytes,
  },
  /* jscpd:ignore-end */
];

/**
 * The index of the best of several copies of a photo, and why.
 *
 * What was done to a copy tells first, among copies that are as large: lost colors (gray, sepia), a palette, blocks of JPEG,
 * noise. Then the largest, unless it shows less detail than a smaller one, as an enlarged or a blurred copy does; of several
 * as large that with the camera's data, that which was compressed least, the sharpest; then the first by path.
 *
 * A black-and-white photo that somebody has colored, a gray photo that was toned, and a photo that was sharpened cannot be told
 * from originals.
 */
export function bestCopy(copies: readonly Copy[]): { best: number; why: string } {
  let left = copies;
  let last: Criterion | undefined;
  for (const criterion of CRITERIA) {
    const kept = criterion.keep(left);
    if (kept.length < left.length) last = criterion;
    left = kept;
  }
  const best = left.reduce((a, b) => (b.source < a.source ? b : a));
  return { best: copies.indexOf(best), why: whyBest(best, copies, left.length > 1 ? undefined : last) };
}

function whyBest(best: Copy, copies: readonly Copy[], last: Criterion | undefined): string {
  const others = copies.filter((copy) => copy !== best);
  const size = sizeText(best);
  const real = others.some((copy) => isLarger(copy, best)) ? ' that is not merely enlarged or blurred' : '';
  const peers = others.filter((copy) => !isLarger(copy, best) && !isLarger(best, copy));
  if (peers.length === 0) return `the largest (${size})${real}`;
  const large = `as large as any${real} (${size})`;
  const why = last?.best(best);
  return why ? `${large}, ${why}` : `${large}, as good as the others, and the first by path`;
}

/** Why a copy is not the best one. */
export function whyNotBest(copy: Copy, best: Copy): CopyReason {
  for (const { code, keep, worse } of CRITERIA) {
    if (!keep([copy, best]).includes(copy)) return { code, ...worse(copy, best) };
  }
  return { code: 'as-good', message: 'as good as the best, which is the first by path' };
}

/** The copies to which no other one of their size stands as `isWorse` says: resampling changes all that is measured. */
function without(copies: readonly Copy[], isWorse: (copy: Copy, other: Copy) => boolean): readonly Copy[] {
  const kept = copies.filter(
    (copy) => !copies.some((other) => other !== copy && isAsLarge(copy, other) && isWorse(copy, other)),
  );
  return kept.length > 0 ? kept : copies;
}

function atLeast(copies: readonly Copy[], value: (copy: Copy) => number, share: number): readonly Copy[] {
  const most = Math.max(...copies.map(value));
  return copies.filter((copy) => value(copy) >= share * most);
}

function isNoisier({ traits }: Copy, { traits: other }: Copy): boolean {
  if (!traits || !other) return false;
  return traits.noise > other.noise + MOST_NOISE && traits.detail <= NOISE_IS_DETAIL * other.detail;
}

function hasFewColors({ traits, file }: Copy, { traits: other }: Copy): boolean {
  if (file?.palette) return true;
  // A drawing has few colors too, until it is saved as JPEG.
  if (!traits || !other || file?.lossless) return false;
  if (traits.color >= 1) return traits.colors <= PALETTE_COLORS;
  // Noise gives a gray picture colors that it never had.
  return other.color < 1 && traits.colors < LEAST_GRAYS * other.colors;
}

function byBytes(copy: Copy, best: Copy): Omit<CopyReason, 'code'> {
  return {
    value: copy.bytes,
    limit: best.bytes,
    message: `as large and sharp but compressed more: ${sizeOf(copy.bytes)} against ${sizeOf(best.bytes)}`,
  };
}

function compared(what: string, value = 0, limit = 0, unit = ''): Omit<CopyReason, 'code'> {
  return { value, limit, message: `as large but ${what}: ${unit} ${short(value)} against ${short(limit)}` };
}

const short = (value: number) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
/** Colors without what noise adds to them. */
const colorOf = ({ traits }: Copy) =>
  traits ? Math.sqrt(Math.max(0, traits.color ** 2 - 1.2 * traits.noise ** 2)) : 0;
const blocksOf = ({ traits }: Copy) => traits?.blockiness ?? 1;
/** Whether two copies are of one size, within a twentieth. */
export function isAsLarge(a: Copy, b: Copy): boolean {
  return !isLarger(a, b) && !isLarger(b, a);
}

const isLarger = (a: Copy, b: Copy) => pixelsOf(a) * AS_GOOD > pixelsOf(b);
const pixelsOf = ({ width, height }: Copy) => width * height;
const sizeText = ({ width, height }: Copy) => `${width}×${height}`;
const sharpText = ({ sharpness }: Copy) => sharpness.toFixed(2);
/** Undoes the squashing of the score into [0, 1), so that shares mean something. */
const detailOf = ({ sharpness }: Copy) => sharpness / (1 - sharpness);

/** `812 kB`, `3.4 MB`. */
function sizeOf(bytes: number): string {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
