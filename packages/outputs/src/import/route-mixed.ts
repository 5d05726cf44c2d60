import { embeddingMatrix } from '@face-sets/cache-npz';
import { assignWithMargin, type FaceMatrix, takeRows } from '@face-sets/cluster';
import { routeReason } from './import-reasons.js';
import { facesIn, type KnownPerson, passesGates, type Sorting } from './sort-faces.js';

/** Claims the faces of mixed folders for the people they are near to. */
export function routeMixed(
  images: readonly (readonly number[])[],
  centroids: FaceMatrix,
  known: readonly KnownPerson[],
  sorting: Sorting,
): void {
  const { cache, reasons, claims, options } = sorting;
  const peopleInImage = new Map<number, number[]>();
  for (const [row, { person }] of claims) {
    const image = cache.imageIndex[row];
    peopleInImage.set(image, [...(peopleInImage.get(image) ?? []), person]);
  }
  const rows = facesIn(images, sorting).filter((row) => !claims.has(row) && passesGates(row, sorting));
  const routes = assignWithMargin(takeRows(embeddingMatrix(cache), rows), centroids, {
    imageIndex: rows.map((row) => cache.imageIndex[row]),
    threshold: options.mixedThreshold,
    margin: options.mixedMargin,
    peopleInImage,
  });
  routes.forEach((route, at) => {
    const row = rows[at];
    if (route.status === 'assigned') {
      claims.set(row, { person: route.person, distance: route.distance, from: 'mixed' });
    } else if (!reasons.has(row)) {
      reasons.set(
        row,
        routeReason(route, (person) => known[person].label),
      );
    }
  });
}
