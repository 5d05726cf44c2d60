/** What InsightFace's attribute model says of a face: a guess from one picture, often years off. */
export interface GenderAge {
  /** 0 female, 1 male, as InsightFace counts. */
  gender: 0 | 1;
  /** Whole years. */
  age: number;
}
