/**
 * Generated embeddings for the benchmarks: people of power-law sizes (the largest has 8 % of the faces, many have
 * one), each face the person's direction plus noise whose strength varies from face to face with a long tail, so
 * that the tails of people overlap; every fifth person resembles an earlier one. The same seed gives the same faces.
 *
 * @returns {{ data: Float32Array, rows: number, cols: number, identity: Int32Array }}
 */
export function generateFaces(rows, { cols = 512, seed = 1, largest = 0.08, exponent = 0.9 } = {}) {
  const random = seeded(seed);
  const gaussian = gaussianFrom(random);
  const data = new Float32Array(rows * cols);
  const identity = new Int32Array(rows);
  const centers = [];
  const scale = 1 / Math.sqrt(cols);
  let row = 0;
  for (let person = 0; row < rows; person++) {
    const center = Float32Array.from({ length: cols }, () => gaussian() * scale);
    if (person % 5 === 4) {
      const relative = centers[Math.floor(random() * centers.length)];
      for (let k = 0; k < cols; k++) center[k] = 0.6 * relative[k] + 0.8 * center[k];
    }
    centers.push(center);
    const faces = Math.min(rows - row, Math.max(1, Math.round(rows * largest * (person + 1) ** -exponent)));
    for (let face = 0; face < faces; face++, row++) {
      const noise = scale * 0.8 * Math.exp(0.35 * gaussian());
      identity[row] = person;
      for (let k = 0; k < cols; k++) data[row * cols + k] = center[k] + noise * gaussian();
    }
  }
  return shuffled({ data, rows, cols, identity }, random);
}

function shuffled({ data, rows, cols, identity }, random) {
  const spare = new Float32Array(cols);
  for (let a = rows - 1; a > 0; a--) {
    const b = Math.floor(random() * (a + 1));
    spare.set(data.subarray(a * cols, (a + 1) * cols));
    data.copyWithin(a * cols, b * cols, (b + 1) * cols);
    data.set(spare, b * cols);
    [identity[a], identity[b]] = [identity[b], identity[a]];
  }
  return { data, rows, cols, identity };
}

export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function gaussianFrom(random) {
  let spare = Number.NaN;
  return () => {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = Number.NaN;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
