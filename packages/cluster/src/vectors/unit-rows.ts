import { dot } from './dot.js';
import type { FaceMatrix } from './matrix.js';

/**
 * Rows of a matrix as unit vectors, without a copy: row k is row `row[k]` of `source` times `scale[k]`. Whoever takes a
 * matrix can take it too: its `data` is made when first asked for.
 */
export class UnitRows implements FaceMatrix {
  private made: Float32Array | null = null;

  /**
   * @param source flat, row-major
   * @param stride length of a row of `source`
   * @param cols   length of a vector: the first components of a row
   */
  constructor(
    readonly source: Float32Array,
    readonly stride: number,
    readonly cols: number,
    readonly row: Int32Array,
    readonly scale: Float64Array,
  ) {}

  /** The rows of a matrix that are unit vectors already. */
  static of(unit: FaceMatrix): UnitRows {
    if (unit instanceof UnitRows) return unit;
    const { data, rows, cols } = unit;
    const row = Int32Array.from({ length: rows }, (_, k) => k);
    return new UnitRows(data, cols, cols, row, new Float64Array(rows).fill(1));
  }

  get rows(): number {
    return this.row.length;
  }

  get data(): Float32Array {
    if (this.made) return this.made;
    const { source, stride, rows, cols, row, scale } = this;
    const data = new Float32Array(rows * cols);
    for (let k = 0; k < rows; k++) {
      const from = row[k] * stride;
      for (let c = 0; c < cols; c++) data[k * cols + c] = source[from + c] * scale[k];
    }
    this.made = data;
    return data;
  }

  /** Some of the rows, or all in another order. */
  take(places: ArrayLike<number>): UnitRows {
    const row = Int32Array.from(places, (place) => this.row[place]);
    return new UnitRows(
      this.source,
      this.stride,
      this.cols,
      row,
      Float64Array.from(places, (p) => this.scale[p]),
    );
  }

  /** The first components of each row, which are not unit vectors any more. */
  first(cols: number): UnitRows {
    return new UnitRows(this.source, this.stride, cols, this.row, this.scale);
  }

  /** Cosine similarity of two rows, in double precision. */
  cosine(a: number, b: number): number {
    const { source, scale, cols } = this;
    return dot(source, this.offset(a), source, this.offset(b), cols) * (scale[a] * scale[b]);
  }

  /** Where a row begins in `source`. */
  offset(place: number): number {
    return this.row[place] * this.stride;
  }
}
