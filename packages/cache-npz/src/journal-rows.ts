import { ATTRIBUTE_FLOATS } from './cache-layout.js';
import type { OpenFile } from './file-system.js';
import { GrowFloats } from './grow-array.js';
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
  readonly #enrichments = new Map<number, number>();

  /**
   * Scans a journal that has been replayed without complaint.
   *
   * @param file the journal
   * @param start offset of the first record that counts
   * @param dim length of an embedding
   * @param end offset at which the records that count end; more may have been appended meanwhile
   */
  static async scan(file: OpenFile, start: number, dim: number, end: number): Promise<JournalRows> {
    const rows = new JournalRows();
    for await (const { type, payload, payloadAt, ...record } of scanRecords(file, start)) {
      if (record.end > end) break;
      if (type === RecordType.image) {
        const { faces, attributesAt, embeddingsAt } = imageLayout(payload, dim, 'journal');
        rows.faceCounts.push(faces);
        rows.embeddingsAt.push(payloadAt + embeddingsAt);
        // A copy: within the payload the floats need not be aligned.
        rows.attributes.push(new Float32Array(payload.slice(attributesAt, embeddingsAt).buffer));
      } else if (type === RecordType.enrichment) {
        rows.#enrichments.set(decodeEnrichedFace(payload, 'journal'), payloadAt + 8);
      }
    }
    return rows;
  }

  /** bbox, kps, det_score and blur of the i-th added face. */
  attributesOf(i: number): Float32Array {
    return this.attributes.view(i * ATTRIBUTE_FLOATS, (i + 1) * ATTRIBUTE_FLOATS);
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
