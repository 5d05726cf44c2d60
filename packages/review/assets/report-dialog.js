import { figureOf, headingOf } from './report-data.js';
import { address, fixed, h, icon } from './report-dom.js';

/**
 * @typedef {import('./report-data.js').Face} Face
 * @typedef {import('./report-data.js').Group} Group
 */

const PART_NAMES = {
  frontality: 'Frontality',
  det_score: 'Detector',
  landmark_symmetry: 'Symmetry',
  face_size: 'Size',
  sharpness: 'Sharpness',
};
const METHODS = {
  plain: 'as it is',
  padded: 'with another padding, to be found again',
  tightened: 'tightened, to leave a second face out',
  masked: 'with a second face covered',
};

/** One face in large, with all that is known of it. Arrow keys go to the next and the previous. */
export class FaceDialog {
  /** @type {Group | undefined} */
  #group;
  /** @type {Face[]} */
  #faces = [];
  #index = 0;
  #judged;
  #words;
  #onClose;
  #title = h('h2', { id: 'face-title' });
  #place = h('span', { className: 'place', 'aria-live': 'polite' });
  #stage = h('div', { className: 'stage' });
  #facts = h('div', { className: 'known' });

  /**
   * @param {import('./report-data.js').Words} words
   * @param {boolean} judged whether faces of this output can be left out
   * @param {(group: Group, index: number) => void} onClose
   */
  constructor(words, judged, onClose) {
    this.#words = words;
    this.#judged = judged;
    this.#onClose = onClose;
    const move = (/** @type {number} */ by, /** @type {string} */ label, /** @type {string} */ path) =>
      h(
        'button',
        {
          type: 'button',
          className: 'plain',
          'aria-label': label,
          title: label,
          onclick: () => this.#go(by),
        },
        icon(path),
      );
    this.element = h(
      'dialog',
      { className: 'face', 'aria-labelledby': 'face-title' },
      h(
        'div',
        { className: 'bar' },
        h('div', { className: 'titles' }, this.#title, this.#place),
        move(-1, 'Previous', 'M15 5l-7 7 7 7'),
        move(1, 'Next', 'M9 5l7 7-7 7'),
        h(
          'button',
          {
            type: 'button',
            className: 'plain',
            'aria-label': 'Close',
            title: 'Close',
            onclick: () => this.element.close(),
          },
          icon('M6 6l12 12M18 6L6 18'),
        ),
      ),
      h('div', { className: 'body' }, this.#stage, this.#facts),
    );
    this.element.addEventListener('keydown', (event) => {
      if (event.key === 'ArrowRight') this.#go(1);
      else if (event.key === 'ArrowLeft') this.#go(-1);
      else return;
      event.preventDefault();
    });
    // A click beside the dialog closes it.
    this.element.addEventListener('click', (event) => {
      if (event.target === this.element) this.element.close();
    });
    this.element.addEventListener('close', () => {
      this.#stage.replaceChildren();
      if (this.#group) this.#onClose(this.#group, this.#index);
    });
  }

  /**
   * @param {Group} group
   * @param {Face[]} faces
   * @param {number} index
   */
  open(group, faces, index) {
    this.#group = group;
    this.#faces = faces;
    this.#index = index;
    this.#show();
    this.element.showModal();
  }

  /** @param {number} by */
  #go(by) {
    const next = this.#index + by;
    if (next < 0 || next >= this.#faces.length) return;
    this.#index = next;
    this.#show();
  }

  #show() {
    const face = this.#faces[this.#index];
    const group = /** @type {Group} */ (this.#group);
    this.#title.replaceChildren(h('bdi', {}, headingOf(group)));
    this.#place.textContent = `${this.#index + 1} of ${this.#faces.length}`;
    this.#stage.replaceChildren(picture(face, headingOf(group)));
    this.#facts.replaceChildren(...known(face, this.#words, this.#judged));
  }
}

/**
 * The crop, or the photo with the face marked in it, or else the thumbnail.
 *
 * @param {Face} face
 * @param {string} who
 */
function picture(face, who) {
  const alt = face.bbox ? `Face of ${who} in ${face.name}` : face.name;
  const small = face.thumbnail
    ? h('img', { className: 'shown small', src: face.thumbnail, alt, width: 192, height: 192 })
    : h('span', { className: 'nothing' }, 'no picture: the photo is gone, has changed or cannot be read');
  // Without a thumbnail it is known that the photo is gone or another one by now.
  if (!face.file && !face.thumbnail) return h('div', { className: 'photo' }, small);
  const image = h('img', { className: 'shown', src: face.file ? address(face.file) : face.address, alt });
  const frame = h('div', { className: 'photo' }, image);
  // Not every browser shows HEIC or TIFF.
  image.addEventListener('error', () => frame.replaceChildren(small));
  const { bbox } = face;
  if (bbox && !face.cropped) {
    image.addEventListener('load', () => frame.append(markOf(bbox, image)));
  }
  return frame;
}

/**
 * The frame around a face in its photo.
 *
 * @param {[number, number, number, number]} bbox it may reach outside of the photo
 * @param {HTMLImageElement} image
 */
function markOf(bbox, { naturalWidth, naturalHeight }) {
  const percent = (/** @type {number} */ at, /** @type {number} */ size) =>
    100 * Math.min(1, Math.max(0, at / size));
  const [left, right] = [percent(bbox[0], naturalWidth), percent(bbox[2], naturalWidth)];
  const [top, bottom] = [percent(bbox[1], naturalHeight), percent(bbox[3], naturalHeight)];
  const mark = h('span', { className: 'mark' });
  Object.assign(mark.style, {
    left: `${left}%`,
    top: `${top}%`,
    width: `${right - left}%`,
    height: `${bottom - top}%`,
  });
  return mark;
}

/**
 * @param {Face} face
 * @param {import('./report-data.js').Words} words
 * @param {boolean} judged
 */
function known(face, words, judged) {
  const rows = [
    ['Source', h('a', { className: 'path', href: face.address }, h('bdi', {}, face.source))],
    ...(face.aliases ?? []).map((alias) => ['Same content', path(alias)]),
    face.rank !== undefined && ['Rank', String(face.rank + 1)],
    face.score !== undefined && ['Score', figureOf(face, 'score', 3)],
    face.distance !== undefined && ['Distance to centroid', figureOf(face, 'distance', 3)],
    face.det_score !== undefined && ['Detector score', figureOf(face, 'det_score', 3)],
    face.year !== undefined && ['Year', String(face.year)],
    face.photo && ['Photo', photoSize(face.photo)],
    face.bbox && ['Size of the face', size(face.bbox, face.reason)],
    face.method && ['Cropped', METHODS[/** @type {keyof typeof METHODS} */ (face.method)] ?? face.method],
    face.enlarged !== undefined && ['Enlarged', `${face.enlarged} times: it looks soft`],
    face.bundles && ['In small bundles', face.bundles.join(', ') || 'none'],
    face.effect !== undefined && ['Effect on the mean', effect(face.effect)],
  ].filter((row) => Array.isArray(row));
  const status = face.reason
    ? h(
        'div',
        { className: 'status out' },
        h('strong', {}, `${words.leftOut}: ${face.reason.code}`),
        h('span', {}, face.reason.message),
      )
    : judged &&
      h('div', { className: 'status' }, h('strong', {}, words.kept), face.best && h('span', {}, face.best));
  const list = h(
    'dl',
    {},
    ...rows.flatMap(([term, text]) => {
      const className = text instanceof Node ? 'wide' : '';
      return [h('dt', { className }, term), h('dd', { className }, text)];
    }),
  );
  const { file } = face;
  const open = h(
    'p',
    { className: 'links' },
    file && face.cropped && h('a', { href: address(file) }, 'Open crop'),
    h('a', { href: file && !face.cropped ? address(file) : face.address }, 'Open photo'),
    h('a', { href: file ? address(file.replace(/[^/]*$/, '')) : face.folderAddress }, 'Open its folder'),
  );
  return [status, list, face.parts && bars(face.parts), open].filter((part) => part instanceof Node);
}

/** @param {number} value a difference of cosines */
function effect(value) {
  if (Math.abs(value) < 0.0005) return 'none';
  return `${value > 0 ? '+' : '−'}${fixed(Math.abs(value), 3)}, ${value > 0 ? 'toward' : 'away from'} the centroid`;
}

/** @param {string} text */
function path(text) {
  return h('bdi', { className: 'path' }, text);
}

/**
 * @param {[number, number, number, number]} bbox
 * @param {import('./report-data.js').Reason} [reason]
 */
function size([x1, y1, x2, y2], reason) {
  const limit = reason?.code === 'short-edge' ? reason.limit : undefined;
  return `${fixed(x2 - x1, 0, limit)} × ${fixed(y2 - y1, 0, limit)} pixels`;
}

/** @param {{ width?: number, height?: number, bytes: number }} photo */
function photoSize({ width, height, bytes }) {
  const size = bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  return width && height ? `${width} × ${height} pixels, ${size}` : size;
}

/** @param {number} value in [0, 1] */
function track(value) {
  const filled = h('i');
  filled.style.width = `${value * 100}%`;
  return h('span', { className: 'track', 'aria-hidden': 'true' }, filled);
}

/** @param {Record<string, number>} parts */
function bars(parts) {
  const rows = Object.entries(parts).map(([part, value]) => {
    const name = PART_NAMES[/** @type {keyof typeof PART_NAMES} */ (part)] ?? part;
    return h(
      'div',
      { className: 'part' },
      h('span', {}, name),
      track(value),
      h('span', { className: 'number' }, fixed(value)),
    );
  });
  return h('div', { className: 'parts', role: 'group', 'aria-label': 'Parts of the score' }, ...rows);
}
