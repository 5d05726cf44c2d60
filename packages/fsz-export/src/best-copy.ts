import type { Rejection } from './manifest-parts.js';

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
}

/** An enlarged or blurred copy shows less detail than this share of the most. */
const LEAST_DETAIL = 0.75;
/** Sizes and details within this share of the most are as good as the most. */
const AS_GOOD = 0.95;

/**
 * The index of the best of several copies of a photo, and why: the largest, unless it shows less detail than a smaller
 * one, as an enlarged or a blurred copy does; of several as large the sharpest; of several as sharp the one with
 * the largest file, since it was compressed least; then the first by path.
 */
export function bestCopy(copies: readonly Copy[]): { best: number; why: string } {
  const all = copies.map((_, i) => i);
  const most = (of: readonly number[], value: (copy: Copy) => number) =>
    Math.max(...of.map((i) => value(copies[i])));
  const atLeast = (of: readonly number[], value: (copy: Copy) => number, share: number) =>
    of.filter((i) => value(copies[i]) >= share * most(of, value));

  const real = atLeast(all, detailOf, LEAST_DETAIL);
  const large = atLeast(real, pixelsOf, AS_GOOD);
  const sharp = atLeast(large, detailOf, AS_GOOD);
  const full = atLeast(sharp, ({ bytes }) => bytes, 1);
  const best = full.reduce((a, b) => (copies[b].source < copies[a].source ? b : a));
  return {
    best,
    why: whyBest(
      copies[best],
      copies.filter((_, i) => i !== best),
    ),
  };
}

function whyBest(best: Copy, others: readonly Copy[]): string {
  const size = `${best.width}×${best.height}`;
  const enlarged = others.some((copy) => isLarger(copy, best));
  const peers = others.filter((copy) => !isLarger(copy, best) && !isLarger(best, copy));
  const real = enlarged ? ' that is not merely enlarged or blurred' : '';
  if (peers.length === 0) return `the largest (${size})${real}`;
  const large = `as large as any${real} (${size})`;
  const sharp = peers.filter((copy) => detailOf(copy) >= AS_GOOD * detailOf(best));
  if (sharp.length === 0) return `${large}, and the sharpest (${best.sharpness.toFixed(2)})`;
  if (sharp.every(({ bytes }) => bytes < best.bytes)) {
    return `${large}, as sharp as any, and the least compressed (${sizeOf(best.bytes)})`;
  }
  return `${large}, as good as the others, and the first by path`;
}

/** Why a copy is not the best one. */
export function whyNotBest(copy: Copy, best: Copy): Rejection {
  const size = `${copy.width}×${copy.height}`;
  const bestSize = `${best.width}×${best.height}`;
  const sharpness = (of: Copy) => of.sharpness.toFixed(2);
  if (isLarger(copy, best)) {
    return {
      code: 'less-detail',
      value: copy.sharpness,
      limit: best.sharpness,
      message: `larger (${size} against ${bestSize}) but enlarged or blurred: sharpness ${sharpness(copy)} against ${sharpness(best)}`,
    };
  }
  if (isLarger(best, copy)) {
    return {
      code: 'smaller',
      value: pixelsOf(copy),
      limit: pixelsOf(best),
      message: `${size}, the best is ${bestSize}`,
    };
  }
  if (detailOf(copy) < detailOf(best) * AS_GOOD) {
    return {
      code: 'less-sharp',
      value: copy.sharpness,
      limit: best.sharpness,
      message: `as large but less sharp: ${sharpness(copy)} against ${sharpness(best)}`,
    };
  }
  if (copy.bytes < best.bytes) {
    return {
      code: 'more-compressed',
      value: copy.bytes,
      limit: best.bytes,
      message: `as large and sharp but compressed more: ${sizeOf(copy.bytes)} against ${sizeOf(best.bytes)}`,
    };
  }
  return { code: 'as-good', message: 'as good as the best, which is the first by path' };
}

const isLarger = (a: Copy, b: Copy) => pixelsOf(a) * AS_GOOD > pixelsOf(b);
const pixelsOf = ({ width, height }: Copy) => width * height;
/** Undoes the squashing of the score into [0, 1), so that shares mean something. */
const detailOf = ({ sharpness }: Copy) => sharpness / (1 - sharpness);

/** `812 kB`, `3.4 MB`. */
function sizeOf(bytes: number): string {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
