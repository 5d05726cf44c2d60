import { join } from 'node:path';
import type { ErasProbe } from '@face-sets/cluster';
import { makeRealFolder, readRegularFile, writeFileAtomic } from '@face-sets/files';
import { facesetOrEraId, MANIFEST_SCHEMA_VERSION, manifestJson, rounded, sha256 } from '@face-sets/manifests';
import { z } from 'zod';
import { REPORT_FOLDER } from '../folders/report-folder.js';

const count = z.int().nonnegative();
const figure = z.number().nullable();
const alignment = z.object({
  /** Share of the variance of years that is explained, beyond chance; null where it cannot be said. */
  explained: figure,
  p_value: figure,
  /** Sub-clusters large enough to count, and the faces of known year in them. */
  groups: count,
  faces: count,
});
const yearCounts = z.array(z.object({ year: z.int(), faces: count }));

/** Whether a faceset can be sorted by age, as `probeEras` of `@face-sets/cluster` found it. */
export const erasProbeSchema = z.object({
  schema_version: z.literal(MANIFEST_SCHEMA_VERSION),
  kind: z.literal('eras-probe'),
  faceset: facesetOrEraId,
  /** Of the faceset when it was probed. */
  inputs_sha256: sha256,
  sortable: z.boolean(),
  verdict: z.enum(['aligned', 'few-years', 'scattered', 'one-cluster', 'not-aligned']),
  sub_threshold: z.number(),
  alignment,
  /** Share of the dated faces that are in sub-clusters large enough to count. */
  covered: figure,
  faces: count,
  dated: count,
  /** Of all faces. */
  years: yearCounts,
  histogram: z.object({
    bin_width: z.number(),
    counts: z.array(count),
    pairs: count,
    mean: figure,
    faces: count,
  }),
  thresholds: z.array(
    z.object({
      threshold: z.number(),
      alignment,
      /** Most faces first. */
      sub_clusters: z.array(
        z.object({ faces: z.int().positive(), dominant_year: z.int().nullable(), years: yearCounts }),
      ),
    }),
  ),
});

/** See {@link erasProbeSchema}. */
export type ErasProbeFile = z.infer<typeof erasProbeSchema>;

/** Where the report of an output looks for the probe of a faceset. */
function probePath(out: string, facesetId: string): string {
  return join(out, REPORT_FOLDER, 'eras', `${facesetId}.json`);
}

/** A probe in the form in which it is kept and reported. */
export function erasProbeFile(
  { id, inputs_sha256 }: { id: string; inputs_sha256: string },
  probe: ErasProbe,
): ErasProbeFile {
  const value = (number: number) => (Number.isNaN(number) ? null : rounded(number, 4));
  const aligned = ({ explained, pValue, groups, faces }: ErasProbe['alignment']) => ({
    explained: value(explained),
    p_value: value(pValue),
    groups,
    faces,
  });
  const { histogram } = probe;
  return {
    schema_version: MANIFEST_SCHEMA_VERSION,
    kind: 'eras-probe',
    faceset: id,
    inputs_sha256,
    sortable: probe.sortable,
    verdict: probe.verdict,
    sub_threshold: probe.subThreshold,
    alignment: aligned(probe.alignment),
    covered: value(probe.covered),
    faces: probe.faces,
    dated: probe.dated,
    years: probe.years?.counts ?? [],
    histogram: {
      bin_width: histogram.binWidth,
      counts: histogram.counts,
      pairs: histogram.pairs,
      mean: value(histogram.mean),
      faces: histogram.faces,
    },
    thresholds: probe.thresholds.map(({ threshold, clusters, alignment: figures }) => ({
      threshold,
      alignment: aligned(figures),
      sub_clusters: clusters.map(({ rows, years }) => ({
        faces: rows.length,
        dominant_year: years?.dominant ?? null,
        years: years?.counts ?? [],
      })),
    })),
  };
}

/** Keeps a probe for the report of the output. */
export async function writeErasProbe(out: string, probe: ErasProbeFile): Promise<string> {
  const path = probePath(out, probe.faceset);
  await makeRealFolder(out, `${REPORT_FOLDER}/eras`);
  await writeFileAtomic(path, manifestJson(probe));
  return path;
}

/** The probe of a faceset, if there is one and the faceset is still the same. */
export async function readErasProbe(
  out: string,
  { id, inputs_sha256 }: { id: string; inputs_sha256: string },
): Promise<ErasProbeFile | null> {
  try {
    const probe = erasProbeSchema.parse(
      JSON.parse((await readRegularFile(probePath(out, id))).toString('utf8')),
    );
    return probe.inputs_sha256 === inputs_sha256 ? probe : null;
  } catch {
    // It is only there to be shown: a damaged one is none.
    return null;
  }
}
