import { count, type FacesetHints } from '@face-sets/pipeline';

/** What a gate found wrong with the faces it left out, and the option that sets it. */
const GATES: Record<string, [what: string, option: string]> = {
  'short-edge': ['too small', '--min-short'],
  blur: ['too blurry', '--min-blur'],
  'det-score': ['not clear enough for the detector', '--min-det-score'],
};

/** The hints for people; none where nobody is near. */
export function hintLines({ facesets, nearest, lower, gates }: FacesetHints): string[] {
  const better = lower.filter((one) => one.facesets > facesets);
  const suggestions = better.map(
    (one) => `--min-faces ${one.minFaces} gives ${count(one.facesets, 'faceset')}`,
  );
  if (facesets > 0) {
    return better.length === 0 ? [] : [`Almost there: ${suggestions.join(', ')} (now ${facesets}).`];
  }
  const lines: string[] = [];
  if (nearest) {
    const { people, photos, needed } = nearest;
    lines.push(
      `No faceset: nobody has ${needed} good photos. ${count(people, 'person has', 'people have')} ${photos}.`,
      `${suggestions.join(', ')}.`,
    );
  } else lines.push('No faceset: nobody has two good photos.');
  for (const { code, faces, limit, median } of gates) {
    const [what, option] = GATES[code]!;
    // Rounded down, so that the option lets as many through as it says.
    const lower = Math.floor(median * 100) / 100;
    lines.push(
      `${count(faces, 'face is', 'faces are')} ${what} (${option} ${limit}); ${option} ${lower} keeps half of them.`,
    );
  }
  return lines;
}
