import type { DuplicatesManifest } from '@face-sets/manifests';
import type { ReportFace, ReportGroup, ReportModel } from './report-model.js';

type NearGroup = DuplicatesManifest['near_duplicates'][number];

/**
 * What the report of a `dedup` list shows: a card for each group of copies, the best first with what makes it so, the
 * others with why they are not.
 */
export function duplicatesReport(manifest: DuplicatesManifest): ReportModel {
  const near = manifest.near_duplicates.map(({ id, best, why, copies }, i): ReportGroup => {
    const photo = ({ sha256, source, aliases, width, height, bytes }: NearGroup['best']): ReportFace => ({
      sha256,
      source,
      aliases,
      photo: { width, height, bytes },
    });
    return {
      id,
      title: `Near-duplicates ${i + 1}`,
      type: 'person',
      items: 'photo',
      files: [],
      faces: [
        { ...photo(best), best: why },
        ...copies.map((copy): ReportFace => {
          const { code, value, limit, message } = copy.reason;
          const how = copy.mirrored ? `mirrored; ${message}` : message;
          return { ...photo(copy), reason: { code, value, limit, message: how } };
        }),
      ],
    };
  });
  const identical = manifest.identical.map(({ id, sha256, bytes, best, why, copies }, i): ReportGroup => {
    const paths = [best, ...copies.map(({ source }) => source)];
    const file = (source: string): ReportFace => ({
      sha256,
      source,
      aliases: paths.filter((path) => path !== source),
      photo: { bytes },
    });
    return {
      id,
      title: `The same bytes ${i + 1}`,
      type: 'person',
      items: 'photo',
      files: [],
      faces: [
        { ...file(best), best: why },
        ...copies.map(({ source, same_file }): ReportFace => {
          const reason = same_file
            ? { code: 'link', message: 'a link to the same file: it takes no extra space' }
            : { code: 'identical', message: 'the same bytes as the best' };
          return { ...file(source), reason };
        }),
      ],
    };
  });
  return {
    kind: 'duplicates',
    title: 'Duplicates',
    about:
      'Files that hold the same photo, and the best of each. Nothing was removed: that is for you to decide.',
    words: {
      group: ['group', 'groups'],
      items: 'Photos',
      kept: 'Best copy',
      keptAll: 'best copies',
      leftOut: 'Not the best',
    },
    groups: [...near, ...identical],
    nothing: ['No duplicates: no two files hold the same photo.'],
    problems: manifest.problems,
  };
}
