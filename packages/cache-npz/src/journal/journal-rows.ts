import type { OpenFile } from '@face-sets/files';
import { ATTRIBUTE_FLOATS } from '../format/cache-layout.js';
import { GrowFloats } from '../writing/grow-array.js';
import { decodeEnrichedFace, imageLayout, RecordType } from './journal-format.js';
import { scanRecords } from './journal-scan.js';

/**
 * Where in a journal the rows lie that it adds. The small attributes are kept, 64 bytes per face; embeddings,
 * landmarks and pose stay in the file.
 */
export class JournalRows {
  /** bbox, kps, det_score and blur of each added face in turn. */
  readonly attributes = new GrowFloats();
  /** Number of faces of each added image. */
  readonly faceCounts: number[] = [];
  /** Offset in the journal of the embeddings of each added image. */
  readonly embeddingsAt: number[] = [];
  /** Length of an embedding; `null` where no image was added. */
  dim: number | null = null;
  /** Offset at which the sound records end. */
  end = 0;
  readonly #enrichments = new Map<number, number>();

  /**
   * Scans a journal.
   *
   * @param file the journal
   * @param start offset of the first record that counts
   */
  static async scan(file: OpenFile, start: number): Promise<JournalRows> {
    const rows = new JournalRows();
    rows.end = start;
    for await (const { type, payload, payloadAt, end } of scanRecords(file, start)) {
      rows.end = end;
      if (type === RecordType.image) {
        const { faces, dim, attributesAt, embeddingsAt } = imageLayout(
          payload,
          `journal record at byte ${payloadAt}`,
        );
        rows.dim = dim;
        rows.faceCounts.push(faces);
        rows.embeddingsAt.push(payloadAt + embeddingsAt);
        // A copy: within the payload the floats need not be aligned.
        rows.attributes.push(new Float32Array(payload.slice(attributesAt, embeddingsAt).buffer));
      } else if (type === RecordType.enrichment) {
        rows.#enrichments.set(
          decodeEnrichedFace(payload, `journal record at byte ${payloadAt}`),
          payloadAt + 8,
        );
      }
    }
    return rows;
  }

  /** bbox, kps, det_score and blur of the i-th added face. */
  attributesOf(i: number): Float32Array {
    return this.attributes.view(i * ATTRIBUTE_FLOATS, (i + 1) * ATTRIBUTE_FLOATS);
  }

  /** Number of added faces. */
  get faces(): number {
    return this.attributes.length / ATTRIBUTE_FLOATS;
  }

  /** Faces with a new enrichment, in ascending order. */
  enrichedFaces(): number[] {
    return [...this.#enrichments.keys()].sort((a, b) => a - b);
  }

  /** Offset in the journal of a face's landmarks and pose: those that were written last. */
  enrichmentAt(face: number): number {
    return this.#enrichments.get(face) as number;
  }
}
