/**
 * The JSON text of a manifest, in pieces: two spaces of indentation, but an object or array whose own members
 * hold no further objects (a face, a bbox) on one line, so that a line is a face and a diff shows which. The
 * same value gives the same text. In pieces, because the text of a large library's manifest is longer than
 * the longest string of the engine.
 */
export function* manifestJson(value: unknown): Generator<string> {
  let pending = '';
  for (const piece of pieces(value, '')) {
    pending += piece;
    if (pending.length > 1 << 16) {
      yield pending;
      pending = '';
    }
  }
  yield `${pending}\n`;
}

function* pieces(value: unknown, indent: string): Generator<string> {
  if (depth(value) <= 2) {
    yield oneLine(value);
    return;
  }
  const inner = `${indent}  `;
  let separator = '';
  if (Array.isArray(value)) {
    yield '[';
    for (const item of value) {
      yield `${separator}\n${inner}`;
      yield* pieces(item, inner);
      separator = ',';
    }
    yield `\n${indent}]`;
    return;
  }
  yield '{';
  for (const [key, item] of Object.entries(value as object)) {
    if (item === undefined) continue;
    yield `${separator}\n${inner}${JSON.stringify(key)}: `;
    yield* pieces(item, inner);
    separator = ',';
  }
  yield `\n${indent}}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  if (members.length === 0) return '{}';
  return `{ ${members.map(([key, item]) => `${JSON.stringify(key)}: ${oneLine(item)}`).join(', ')} }`;
}

/** 0 for a scalar, 1 for an array or object of scalars, …; 3 stands for anything deeper than 2. */
function depth(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let deepest = 0;
  for (const item of Object.values(value)) {
    deepest = Math.max(deepest, depth(item));
    if (deepest >= 2) break;
  }
  return deepest + 1;
}

/** A number with so many decimals at most: readable, and exact enough for pixels (3) and scores (6). */
export function rounded(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  const result = Math.round(value * factor) / factor;
  return Object.is(result, -0) ? 0 : result;
}
