import type { EmbedSummary } from '@face-sets/pipeline';
import { count } from '@face-sets/pipeline';
import { capped } from './result.js';

/** What became of the photos: the numbers add up to those that were found. */
export function photoCounts(embed: EmbedSummary): string {
  const { listed, embedded, unchanged, duplicates, moved, left, failures } = embed;
  const parts: [number, string][] = [
    [embedded, 'embedded now'],
    [unchanged, 'known'],
    [duplicates, duplicates === 1 ? 'copy' : 'copies'],
    [moved, 'moved'],
    [failures.length, 'could not be used'],
    [left, 'left for the next run (--limit)'],
  ];
  const said = parts
    .filter(([n], i) => n > 0 || i < 2)
    .map(([n, what]) => `${n.toLocaleString('en')} ${what}`);
  return `${count(listed, 'file')}: ${said.join(', ')}`;
}

/** `3 .CR2 and 1 .mp4`, or `null`. */
function passedOver({ passedOver: counts }: EmbedSummary): string | null {
  const parts = Object.entries(counts)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([extension, n]) => `${n.toLocaleString('en')} .${extension}`);
  if (parts.length === 0) return null;
  return parts.length === 1 ? parts[0]! : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** `No photos found in ~/x (3 .cr2 and 1 .mp4 passed over)`; none where some were found. */
export function nothingFoundLines(sources: readonly string[], embed: EmbedSummary): string[] {
  if (embed.listed > 0) return [];
  const others = passedOver(embed);
  return [`No photos found in ${sources.join(', ')}${others ? ` (${others} passed over)` : ''}`];
}

/** What was found and not taken, and why. */
export function leftOutLines(embed: EmbedSummary): string[] {
  const lines: string[] = [];
  const others = embed.listed > 0 ? passedOver(embed) : null;
  if (others) lines.push(`Skipped (unsupported format): ${others}`);
  if (embed.companions > 0)
    lines.push(`${count(embed.companions, 'raw file')} left out: the same shot exists as a JPEG or HEIF`);
  const sides = Object.entries(embed.sideFiles).map(([kind, { folders, files, example }]) => {
    const what = [
      ...(folders > 0 ? [count(folders, 'folder')] : []),
      ...(files > 0 ? [count(files, 'file')] : []),
    ].join(' and ');
    return `  ${kind}: ${what}, such as ${example}`;
  });
  if (sides.length > 0) lines.push('Left out (--include-hidden takes them):', ...sides);
  if (embed.ownOutputs.length > 0) {
    lines.push(
      'Left out, since they are outputs of face-sets:',
      ...capped(embed.ownOutputs.map((folder) => `  ${folder}`)),
    );
  }
  return lines;
}

/**
 * Lines about photos that are gone.
 *
 * @param asked what was to become of them
 */
export function missingLines({ missing, removed }: EmbedSummary, asked?: 'keep' | 'remove'): string[] {
  const lines: string[] = [];
  if (removed.length > 0) {
    lines.push(
      `${count(removed.length, 'photo is', 'photos are')} no longer there; their faces were taken out:`,
      ...capped(
        removed.map((path) => `  ${path}`),
        5,
      ),
    );
  }
  if (missing.length > 0) {
    lines.push(
      `${count(missing.length, 'photo is', 'photos are')} no longer there; their faces and outputs are kept ` +
        (asked === 'remove'
          ? '(nothing else was found where they were: is the disk mounted?):'
          : '(--missing remove takes them out):'),
      ...capped(
        missing.map((path) => `  ${path}`),
        5,
      ),
    );
  }
  return lines;
}
