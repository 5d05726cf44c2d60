import type { ErasProbeFile } from '@face-sets/outputs';
import type { ReportEras } from './report-model.js';

/** Sub-clusters that are shown; the others are small. */
const MOST_SHOWN = 12;

const TITLES: Record<ErasProbeFile['verdict'], string> = {
  aligned: 'Sortable by age.',
  'not-aligned': 'Not sortable by age.',
  'one-cluster': 'Not sortable by age.',
  scattered: 'Not sortable by age.',
  'few-years': 'Sortable by age? Not known.',
};

/** What was found out about sorting a person by age, for the page. */
export function reportEras(probe: ErasProbeFile): ReportEras {
  const { sub_threshold: threshold, thresholds, histogram } = probe;
  const chosen = thresholds.find((entry) => entry.threshold === threshold)?.sub_clusters ?? [];
  return {
    sortable: probe.sortable,
    title: TITLES[probe.verdict],
    text: erasVerdict(probe),
    threshold,
    subClusters: chosen
      .filter(({ faces }) => faces > 1)
      .slice(0, MOST_SHOWN)
      .sort((a, b) => (a.dominant_year ?? Infinity) - (b.dominant_year ?? Infinity) || 0)
      .map(({ faces, years }) => ({ faces, years })),
    histogram: { binWidth: histogram.bin_width, counts: histogram.counts, mean: histogram.mean },
    thresholds: thresholds.map(({ threshold: at, alignment, sub_clusters }) => {
      const sizes = sub_clusters.map(({ faces }) => faces).filter((faces) => faces > 1);
      return {
        threshold: at,
        explained: alignment.explained,
        sizes: sizes.slice(0, MOST_SHOWN),
        further: sub_clusters.length - Math.min(sizes.length, MOST_SHOWN),
      };
    }),
  };
}

/** Why a person is sortable by age or not, in a sentence with the figure. */
export function erasVerdict({
  verdict,
  sub_threshold: at,
  alignment,
  covered,
  dated,
  faces,
}: ErasProbeFile): string {
  const { explained, p_value: p, groups } = alignment;
  const figure =
    explained === null
      ? ''
      : ` ${groups} sub-clusters explain ${Math.round(100 * explained)} % of the variance of years beyond chance (p = ${p}).`;
  switch (verdict) {
    case 'aligned':
      return `Faces that are alike at ${at} are of the same years.${figure}`;
    case 'not-aligned':
      return `Faces that are alike at ${at} are of any year.${figure}`;
    case 'one-cluster':
      return `At ${at} nearly all faces are alike, whatever the year.`;
    case 'scattered':
      return `At ${at} only ${Math.round(100 * (covered ?? 0))} % of the dated faces are alike to enough others.${figure}`;
    case 'few-years':
      return `The year of capture is known of ${dated} of ${faces} faces only.`;
  }
}
