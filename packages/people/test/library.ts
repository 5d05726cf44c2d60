import { type FaceMatrix, matrixFrom } from '@face-sets/cluster';
import { seeded } from '@face-sets/testing';
import { type Faces, faceName } from '../src/index.js';

/** A face of a made-up library. */
export interface MadeFace {
  /** Who it really is. */
  who: number;
  photo: string;
  /** `[x1, y1, x2, y2]` in a photo of 1000 × 1000 pixels. */
  bbox: number[];
  vector: number[];
}

/** A source of random numbers and vectors. */
export function randomSource(seed: number) {
  const random = seeded(seed);
  const gaussian = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const below = (n: number) => Math.floor(random() * n);
  return { random, gaussian, below, pick: <T>(items: readonly T[]): T => items[below(items.length)] };
}

const DIM = 24;

/** A library that grows: each person has a direction, each face noise around it; a photo has one to three faces. */
export class MadeLibrary {
  readonly #source: ReturnType<typeof randomSource>;
  readonly #looks: number[][] = [];
  #spread: number;
  #photos = 0;
  faces: MadeFace[] = [];

  constructor(seed: number, people: number, spread = 0.5) {
    this.#source = randomSource(seed);
    this.#spread = spread;
    for (let who = 0; who < people; who++) this.#looks.push(this.#direction());
  }

  #direction(): number[] {
    return Array.from({ length: DIM }, () => this.#source.gaussian());
  }

  add(photos: number): void {
    const { below, gaussian } = this.#source;
    for (let p = 0; p < photos; p++) {
      const photo = (++this.#photos).toString(16).padStart(16, '0');
      const inPhoto = 1 + below(3);
      for (let at = 0; at < inPhoto; at++) {
        const who = below(this.#looks.length);
        const x = 20 + 320 * at + below(40);
        const y = 100 + below(600);
        const vector = this.#looks[who].map((value) => value + this.#spread * gaussian());
        this.faces.push({ who, photo, bbox: [x, y, x + 200, y + 220], vector });
      }
    }
  }

  /** What another detector and another model see in the same photos. */
  lookAgain(): void {
    const { below, gaussian } = this.#source;
    this.#looks.forEach((_, who) => {
      this.#looks[who] = this.#direction();
    });
    for (const face of this.faces) {
      face.bbox = face.bbox.map((value) => value + below(13) - 6);
      face.vector = this.#looks[face.who].map((value) => value + this.#spread * gaussian());
    }
  }

  view(): Faces & { embeddings: FaceMatrix } {
    return {
      names: this.faces.map(({ photo, bbox }) => faceName(photo, bbox, { width: 1000, height: 1000 })),
      embeddings: matrixFrom(
        this.faces.map(({ vector }) => vector),
        DIM,
      ),
    };
  }
}
