import { embeddingMatrix } from '@face-sets/cache-npz';
import { buildIdentity, takeRows } from '@face-sets/cluster';
import { type ImportProblem, noFace, otherPerson, severalPeople } from './import-problems.js';
import { identityReason } from './import-reasons.js';
import { facesIn, type KnownPerson, passesGates, type Sorting } from './sort-faces.js';
import type { TrustedPerson } from './trusted-people.js';

/** Finds the person of some folders, who gets the number `number`, and claims the faces. */
export async function identify(
  { label, folders }: TrustedPerson,
  images: readonly (readonly number[])[],
  number: number,
  sorting: Sorting,
): Promise<{ person?: KnownPerson; problems: ImportProblem[] }> {
  const { cache, reasons, claims, options } = sorting;
  const own = facesIn(images, sorting);
  const usable = own.filter((row) => passesGates(row, sorting));
  const identity = await buildIdentity(
    takeRows(embeddingMatrix(cache), usable),
    usable.map((_, at) => at),
    {
      imageIndex: usable.map((row) => cache.imageIndex[row]),
      thresholds: options.identityThresholds,
      minShare: options.minShare,
    },
  );
  identity.outcomes.forEach((outcome, at) => {
    const row = usable[at];
    if (outcome.status === 'rejected') {
      if (!reasons.has(row)) reasons.set(row, identityReason(outcome, usable));
    } else if (identity.problem) {
      const message = `it is not clear which person the folder of ${label} shows`;
      if (!reasons.has(row)) reasons.set(row, { code: identity.problem, message });
    } else {
      const claim = claims.get(row);
      // A photo may be in the folders of two people: the face is whose it is nearer to.
      if (claim && claim.distance <= outcome.distance) return;
      claims.set(row, { person: number, distance: outcome.distance, from: 'trusted' });
    }
  });
  if (identity.problem === 'no-face') {
    const photos = new Set(images.flat()).size;
    return {
      problems: [
        noFace(
          label,
          photos,
          own.flatMap((row) => reasons.get(row) ?? []),
        ),
      ],
    };
  }
  if (identity.problem) return { problems: [severalPeople(label, identity)] };

  const imagesOf = (rows: readonly number[]) => new Set(rows.map((row) => cache.imageIndex[row]));
  const shown = imagesOf(usable);
  const withPerson = imagesOf(identity.rows.map((at) => usable[at]));
  const problems = folders.flatMap((folder, f) => {
    const withFace = images[f].filter((image) => shown.has(image));
    const strange = withFace.length > 0 && !withFace.some((image) => withPerson.has(image));
    return strange ? [otherPerson(label, folder, withFace.length)] : [];
  });
  const person = { label, folders, photos: shown.size, photosOfPerson: withPerson.size };
  return { person: { ...person, centroid: identity.centroid }, problems };
}
