import { availableProcessors, onceAsync } from '@face-sets/photos';
import { onnxRuntime } from './onnx-runtime.js';
import { similarityGraph } from './similarity-graph.js';

/** Rows compared with {@link COLUMNS} others in one call: what comes out, 8 MiB, stays in the caches. */
const ROWS = 512;
const COLUMNS = 4096;

export interface OnnxSimilarityOptions {
  /** Threads of the product. Default: what `availableProcessors` returns. */
  threads?: number;
}

/** Unit vectors, flat and row-major. */
interface UnitVectors {
  data: Float32Array;
  rows: number;
  cols: number;
}

/** Similar pairs: entry k says that rows `i[k]` and `j[k]` have the cosine `similarity[k]`. */
interface SimilarPairs {
  i: Int32Array;
  j: Int32Array;
  similarity: Float32Array;
}

/**
 * Finds similar pairs of rows with ONNX Runtime's float32 matrix product, block by block, each pair of blocks once.
 * It is a `SimilarityBackend` of `@face-sets/cluster`, which changes the time that clustering takes, never the
 * result: `agglomerative(matrix, { threshold, similarity: onnxSimilarity() })`. Which of the two is faster depends on
 * the processor, see the README.
 *
 * Memory: a few blocks of 8 MiB.
 */
export function onnxSimilarity(options: OnnxSimilarityOptions = {}) {
  const session = onceAsync(() =>
    onnxRuntime().InferenceSession.create(similarityGraph(), {
      executionProviders: ['cpu'],
      intraOpNumThreads: options.threads ?? availableProcessors(),
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    }),
  );
  return {
    /**
     * Largest error of a similarity of unit vectors: each of `cols` products and sums is off by at most 2⁻²⁴ of it,
     * twice that for lengths that are 1 but for rounding.
     */
    tolerance: (cols: number): number => (cols + 8) * 2 ** -23,
    /** Reports every pair of rows `i < j` whose similarity is above `minSimilarity`, and some with `i ≥ j`. */
    async pairs(
      unit: UnitVectors,
      minSimilarity: number,
      emit: (found: SimilarPairs) => void,
    ): Promise<void> {
      const { data, rows, cols } = unit;
      if (rows === 0) return;
      const product = await session();
      const { Tensor } = onnxRuntime();
      const block = (from: number, to: number) =>
        new Tensor('float32', data.subarray(from * cols, to * cols), [to - from, cols]);
      const limit = new Tensor('float32', Float32Array.of(below(minSimilarity)), []);
      for (let first = 0; first < rows; first += ROWS) {
        const a = block(first, Math.min(rows, first + ROWS));
        for (let from = first; from < rows; from += COLUMNS) {
          const b = block(from, Math.min(rows, from + COLUMNS));
          const { pairs, similarity } = await product.run({ a, b, limit });
          const places = pairs!.data as Int32Array;
          const found = places.length / 2;
          emit({
            i: places.subarray(0, found).map((row) => row + first),
            j: places.subarray(found).map((row) => row + from),
            similarity: similarity!.data as Float32Array,
          });
        }
      }
    },
  };
}

/** A float32 number below another, so that what equals that is above it. */
function below(value: number): number {
  return value - Math.abs(value) * 2 ** -22 - 1e-30;
}
