import { createHash } from 'node:crypto';
import { sep } from 'node:path';
import { InvalidArgumentError } from '@face-sets/quality';

/** One of `count` shares of a library: the `index`-th, counted from 1. */
export interface Shard {
  index: number;
  count: number;
}

/**
 * Whether a photo belongs to a share. It depends on the photo's path below its source and on nothing else (SHA-256
 * of the path with `/`, modulo the number of shares), so machines that mount the library in different places, at
 * different times and with different contents agree, and each photo is in exactly one share.
 *
 * @param relativePath path below the source
 */
export function inShard(relativePath: string, { index, count }: Shard): boolean {
  const name = relativePath.split(sep).join('/');
  return createHash('sha256').update(name).digest().readUInt32BE(0) % count === index - 1;
}

/**
 * Reads a share as it is written: `2/8` is the second of eight.
 *
 * @throws {InvalidArgumentError} when it is written in another way.
 */
export function parseShard(text: string): Shard {
  const [, index, count] = (/^([1-9]\d{0,8})\/([1-9]\d{0,8})$/.exec(text) ?? []).map(Number);
  if (!index || !count || index > count) {
    throw new InvalidArgumentError(`the shard is "${text}"; expected i/n with i from 1 to n, such as 2/8`);
  }
  return { index, count };
}
