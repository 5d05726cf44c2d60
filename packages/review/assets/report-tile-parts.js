import { figureOf } from './report-data.js';
import { h } from './report-dom.js';

/** @typedef {import('./report-data.js').Face} Face */

/**
 * What stands below a face: rank, score and distance, else the name of its file.
 *
 * @param {Face} face
 */
export function caption(face) {
  const parts = [];
  if (face.rank !== undefined) parts.push(h('span', { className: 'rank' }, `${face.rank + 1}`));
  if (face.score !== undefined) {
    parts.push(unseen(' score '), h('span', { title: 'score' }, figureOf(face, 'score', 2)));
  }
  if (face.distance !== undefined) {
    const distance = figureOf(face, 'distance', 2);
    parts.push(unseen(', distance '));
    parts.push(h('span', { className: 'distance', title: 'distance to the centroid' }, distance));
  }
  if (parts.length === 0) parts.push(h('span', { className: 'file', 'aria-hidden': 'true' }, face.name));
  return parts;
}

/**
 * Whether there is something wrong with the face itself: of some people there are only too few.
 *
 * @param {Face} face
 */
export function isPale({ reason }) {
  return reason !== undefined && reason.code !== 'few-images';
}

/** @param {string} text for screen readers only */
export function unseen(text) {
  return h('span', { className: 'unseen' }, text);
}

/**
 * Which face the tile shows that something happened in; null outside of tiles.
 *
 * @param {EventTarget | null} target
 */
export function indexOfTile(target) {
  const tile = target instanceof Element ? target.closest('li') : null;
  return tile?.dataset.index ? Number(tile.dataset.index) : null;
}
