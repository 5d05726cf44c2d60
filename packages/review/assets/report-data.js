import { fixed } from './report-dom.js';

/**
 * @typedef {object} Reason
 * @property {string} code
 * @property {number} [value] what was measured
 * @property {number} [limit] and what it was measured against
 * @property {string} message
 *
 * @typedef {object} Face A face, or a photo without one.
 * @property {string | null} thumbnail relative to the page
 * @property {number} folder index into the table of folders
 * @property {string} name of the photo, without its folder
 * @property {string} [encoded] the name as part of an address, where it is no text
 * @property {string} source path of the photo; put together here
 * @property {string} address of the photo, as the page can link it; put together here
 * @property {string} folderAddress the same of its folder
 * @property {string[]} [aliases]
 * @property {[number, number, number, number]} [bbox] pixels of the upright photo
 * @property {number} [det_score]
 * @property {number} [score]
 * @property {Record<string, number>} [parts]
 * @property {number} [distance]
 * @property {number} [rank]
 * @property {number} [year]
 * @property {string} [method]
 * @property {number} [enlarged] pixels of the crop per pixel of the photo, where it looks soft
 * @property {string[]} [bundles] the small bundles that it is in
 * @property {number} [effect] what it adds to the cosine of the mean of all faces to the centroid
 * @property {string} [file] relative to the page
 * @property {boolean} [cropped] `file` is a crop, not the photo
 * @property {Reason} [reason] absent: kept
 * @property {string} [best] it is the best of its group, and why
 * @property {{ width?: number, height?: number, bytes: number }} [photo]
 *
 * @typedef {object} Group
 * @property {string} id
 * @property {string} [title]
 * @property {string} [name]
 * @property {'person' | 'near' | 'candidates' | 'rest'} type
 * @property {'face' | 'photo'} items
 * @property {string} [folder]
 * @property {string} [note]
 * @property {string} [lacks] what the person lacks for a faceset
 * @property {{ label: string, file: string }[]} files
 * @property {{ name: string, faces: number, drift: number, photoDrift: number }[]} [means]
 * @property {Eras} [eras]
 * @property {Face[]} faces
 *
 * @typedef {object} Eras Whether a person can be sorted by age
 * @property {boolean} sortable
 * @property {string} title
 * @property {string} text
 * @property {number} threshold of the sub-clusters
 * @property {{ faces: number, years: { year: number, faces: number }[] }[]} subClusters
 * @property {{ binWidth: number, counts: number[], mean: number | null }} histogram of distances of pairs of faces
 * @property {{ threshold: number, explained: number | null, sizes: number[], further: number }[]} thresholds
 *
 * @typedef {object} Words What groups and the items in them are called.
 * @property {[string, string]} group one, several
 * @property {string} items
 * @property {string} kept
 * @property {string} keptAll
 * @property {string} leftOut
 *
 * @typedef {object} Model
 * @property {'cluster' | 'refine' | 'export-swap' | 'duplicates'} kind
 * @property {Words} [words]
 * @property {string} title
 * @property {string} about
 * @property {string[]} nothing what to say where there is no person
 * @property {number} [distanceLimit]
 * @property {{ label: string, file: string }[]} [files] for all people
 * @property {{ source: string, message: string }[]} problems
 * @property {{ label: string, file: string }[]} links
 */

/** @type {Words} */
const PEOPLE = {
  group: ['person', 'people'],
  items: 'Faces',
  kept: 'Kept',
  keptAll: 'faces in them',
  leftOut: 'Left out',
};

/**
 * The words of a page: those for people unless it brings its own.
 *
 * @param {Model} model
 */
export function wordsOf(model) {
  return model.words ?? PEOPLE;
}

/**
 * Reads what the page is about from its block of JSON.
 *
 * @returns {{ model: Model, groups: Group[] }}
 */
export function readData() {
  const block = document.getElementById('data');
  const { model, groups, folders } = JSON.parse(block?.textContent ?? '{}');
  // The text is as large as all that is read from it.
  block?.remove();
  for (const { faces } of groups) {
    for (const face of faces) {
      const [folder, at] = folders[face.folder];
      face.source = folder + face.name;
      face.folderAddress = at === '' ? './' : `${at}/`;
      face.address = face.folderAddress + (face.encoded ?? encodeURIComponent(face.name));
    }
  }
  return {
    model,
    groups: groups.map((/** @type {{ group: Group, faces: Face[] }} */ entry) => ({
      ...entry.group,
      faces: entry.faces,
    })),
  };
}

/**
 * What to call a group.
 *
 * @param {Group} group
 */
export function headingOf(group) {
  return group.name ?? group.title ?? group.id;
}

/** Which of a face's figures is what a reason is about; the others are about something else. */
const JUDGED = {
  score: ['low-score', 'near-duplicate', 'same-image'],
  distance: ['outlier'],
  det_score: ['det-score'],
};

/**
 * A figure of a face, such that it does not contradict the reason why the face was left out.
 *
 * @param {Face} face
 * @param {'score' | 'distance' | 'det_score'} what
 * @param {number} decimals
 */
export function figureOf(face, what, decimals) {
  const { reason } = face;
  return fixed(face[what], decimals, reason && JUDGED[what].includes(reason.code) ? reason.limit : undefined);
}

/**
 * @param {readonly (number | undefined)[]} values
 * @returns {number | undefined} undefined where there are none
 */
export function mean(values) {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : undefined;
}

/**
 * @param {Group} group
 * @param {'score' | 'distance'} what
 */
export function meanOfKept(group, what) {
  return mean(group.faces.filter((face) => !face.reason).map((face) => face[what]));
}

/**
 * `2012–2019`, or nothing where no year is known.
 *
 * @param {Group} group
 */
export function yearsOf(group) {
  const years = group.faces.map((face) => face.year).filter((year) => year !== undefined);
  if (years.length === 0) return '';
  const [first, last] = years.reduce(([a, b], year) => [Math.min(a, year), Math.max(b, year)], [9999, 0]);
  return first === last ? String(first) : `${first}–${last}`;
}
