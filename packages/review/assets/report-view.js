import { headingOf, meanOfKept } from './report-data.js';

/**
 * @typedef {import('./report-data.js').Face} Face
 * @typedef {import('./report-data.js').Group} Group
 *
 * @typedef {object} Query What is shown, and in which order.
 * @property {string} text
 * @property {'all' | 'kept' | 'left-out'} status
 * @property {string} reason a code, or nothing for any
 * @property {string} sortPeople
 * @property {string} sortFaces
 */

/** Ways to sort, with the words for them. `needs` names what faces must have for the choice to be offered. */
export const PEOPLE_ORDERS = [
  { id: 'folder', label: 'As in the folder' },
  { id: 'count', label: 'Most faces first' },
  { id: 'name', label: 'Name' },
  { id: 'distance', label: 'Closest together first', needs: 'distance' },
  { id: 'spread', label: 'Farthest apart first', needs: 'distance' },
  { id: 'score', label: 'Best mean score first', needs: 'score' },
];
export const FACE_ORDERS = [
  { id: 'rank', label: 'As in the folder' },
  { id: 'score', label: 'Best score first', needs: 'score' },
  { id: 'worst', label: 'Worst score first', needs: 'score' },
  { id: 'distance', label: 'Closest to the centroid first', needs: 'distance' },
  { id: 'far', label: 'Farthest from the centroid first', needs: 'distance' },
  { id: 'path', label: 'Path' },
];

const names = new Intl.Collator('en', { numeric: true });

/**
 * The groups that have something to show, each with its faces, both in order.
 *
 * @param {readonly Group[]} groups
 * @param {Query} query
 * @returns {{ group: Group, faces: Face[] }[]}
 */
export function viewOf(groups, query) {
  const text = query.text.trim().toLowerCase();
  const shown = groups
    .map((group) => {
      const named = `${group.name ?? ''}\n${group.id}\n${group.title ?? ''}`.toLowerCase().includes(text);
      const faces = group.faces.filter(
        (face) =>
          (query.status === 'all' || (query.status === 'kept') === !face.reason) &&
          (query.reason === '' || face.reason?.code === query.reason) &&
          (named || face.source.toLowerCase().includes(text)),
      );
      return { group, faces: sortedFaces(faces, query.sortFaces) };
    })
    .filter(({ faces }) => faces.length > 0);
  return sortedGroups(shown, query.sortPeople);
}

/**
 * @param {Face[]} faces
 * @param {string} order
 */
function sortedFaces(faces, order) {
  switch (order) {
    case 'score':
      return faces.sort((a, b) => descending(a.score, b.score));
    case 'worst':
      return faces.sort((a, b) => ascending(a.score, b.score));
    case 'distance':
      return faces.sort((a, b) => ascending(a.distance, b.distance));
    case 'far':
      return faces.sort((a, b) => descending(a.distance, b.distance));
    case 'path':
      return faces.sort((a, b) => names.compare(a.source, b.source));
    default:
      return faces;
  }
}

/**
 * People first, then those who are almost there, then candidates, then the rest.
 *
 * @param {{ group: Group, faces: Face[] }[]} shown
 * @param {string} order
 */
function sortedGroups(shown, order) {
  const keyed = shown.map((entry) => ({
    entry,
    place: ['person', 'near', 'candidates', 'rest'].indexOf(entry.group.type),
    distance: order === 'distance' || order === 'spread' ? meanOfKept(entry.group, 'distance') : undefined,
    score: order === 'score' ? meanOfKept(entry.group, 'score') : undefined,
  }));
  keyed.sort((a, b) => {
    if (a.place !== b.place) return a.place - b.place;
    switch (order) {
      case 'count':
        return b.entry.faces.length - a.entry.faces.length;
      case 'name':
        return names.compare(headingOf(a.entry.group), headingOf(b.entry.group));
      case 'distance':
        return ascending(a.distance, b.distance);
      case 'spread':
        return descending(a.distance, b.distance);
      case 'score':
        return descending(a.score, b.score);
      default:
        return 0;
    }
  });
  return keyed.map(({ entry }) => entry);
}

/**
 * What is not known comes last, whichever way.
 *
 * @param {number | undefined} a
 * @param {number | undefined} b
 */
function ascending(a, b) {
  return a === b ? 0 : (a ?? Infinity) - (b ?? Infinity);
}

/**
 * @param {number | undefined} a
 * @param {number | undefined} b
 */
function descending(a, b) {
  return a === b ? 0 : (b ?? -Infinity) - (a ?? -Infinity);
}
