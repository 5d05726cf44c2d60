import { h } from './report-dom.js';
import { caption, indexOfTile, isPale, unseen } from './report-tile-parts.js';

/** @typedef {import('./report-data.js').Face} Face */

/** Tiles are at least so wide, in CSS pixels; a row is filled evenly. */
const LEAST_TILE = { wide: 104, narrow: 82 };
const GAP = 10;
const CAPTION = 22;
/** Rows of a folded group. */
const FOLDED_ROWS = 2;
/** Tiles are there before they are seen: so many heights of the window above and below. */
const AHEAD = 2;

/**
 * The faces of one group as a grid of buttons, of which only those near the window are in the document. The grid is
 * one stop of the Tab key; arrow keys, Home and End move within it.
 */
export class TileGrid {
  /** @type {Face[]} */
  #faces = [];
  /** @type {Map<number, HTMLLIElement>} by index */
  #tiles = new Map();
  #columns = 1;
  #tileWidth = 0;
  #folded = true;
  /** Index of the face that the Tab key comes to. */
  #current = 0;
  #live = false;
  #onOpen;
  #onFold;

  /**
   * @param {string} label what the list is called
   * @param {object} on
   * @param {(faces: Face[], index: number) => void} on.open
   * @param {() => void} on.fold the number of rows to be seen has changed
   */
  constructor(label, on) {
    this.#onOpen = on.open;
    this.#onFold = on.fold;
    this.element = h('ul', { className: 'tiles', role: 'list', 'aria-label': label });
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
    this.element.addEventListener('focusin', (event) => {
      const index = indexOfTile(event.target);
      if (index !== null) this.#setCurrent(index);
    });
    this.element.addEventListener('click', (event) => {
      const index = indexOfTile(event.target);
      if (index !== null) this.#onOpen(this.#faces, index);
    });
  }

  /** @param {Face[]} faces */
  show(faces) {
    this.#faces = faces;
    this.#current = Math.min(this.#current, Math.max(0, faces.length - 1));
    this.clear();
    this.#resize();
  }

  /**
   * Fits the grid into a width.
   *
   * @param {number} width CSS pixels
   */
  fit(width) {
    const least = width < 480 ? LEAST_TILE.narrow : LEAST_TILE.wide;
    const columns = Math.max(1, Math.floor((width + GAP) / (least + GAP)));
    // A group of few faces has tiles as large as those of the others.
    const tileWidth = (width - (columns - 1) * GAP) / columns;
    if (columns === this.#columns && tileWidth === this.#tileWidth) return;
    this.#columns = columns;
    this.#tileWidth = tileWidth;
    for (const [index, tile] of this.#tiles) this.#place(tile, index);
    this.#resize();
  }

  get rows() {
    return Math.ceil(this.#faces.length / this.#columns);
  }

  /** Whether there is anything to unfold. */
  get foldable() {
    // One more row than that is less in the way than a button.
    return this.rows > FOLDED_ROWS + 1;
  }

  get folded() {
    return this.#folded && this.foldable;
  }

  /** @param {boolean} folded */
  fold(folded) {
    this.#folded = folded;
    this.#resize();
    this.update();
  }

  /** Height in CSS pixels, whatever is in the document. */
  get height() {
    const rows = this.folded ? FOLDED_ROWS : this.rows;
    return Math.max(0, rows * this.#rowHeight - GAP);
  }

  get #rowHeight() {
    return this.#tileWidth + CAPTION + GAP;
  }

  #resize() {
    this.element.style.setProperty('--height', `${this.height}px`);
    this.#onFold();
  }

  /** Puts the tiles near the window into the document, and takes the others out. */
  update() {
    if (!this.#live) return;
    const { top } = this.element.getBoundingClientRect();
    const ahead = innerHeight * AHEAD;
    const rows = this.folded ? FOLDED_ROWS : this.rows;
    const clamp = (/** @type {number} */ row) => Math.min(rows, Math.max(0, row));
    const first = clamp(Math.floor((-ahead - top) / this.#rowHeight)) * this.#columns;
    const last = clamp(Math.ceil((innerHeight + ahead - top) / this.#rowHeight)) * this.#columns;
    this.#fill(first, Math.min(last, this.#faces.length));
  }

  /** Puts every tile that is not folded away into the document, wherever the window is. */
  showAll() {
    this.#live = true;
    this.#fill(0, this.unfolded);
  }

  /** How many faces are not folded away. */
  get unfolded() {
    return this.folded ? FOLDED_ROWS * this.#columns : this.#faces.length;
  }

  /** From now on tiles are there when they are near the window. */
  start() {
    this.#live = true;
    this.update();
  }

  /** Takes all tiles out. */
  stop() {
    this.#live = false;
    if (!this.element.contains(document.activeElement)) this.clear();
  }

  clear() {
    this.#tiles.clear();
    this.element.replaceChildren();
  }

  /**
   * @param {number} first
   * @param {number} last exclusive
   */
  #fill(first, last) {
    for (const [index, tile] of this.#tiles) {
      if ((index >= first && index < last) || tile.contains(document.activeElement)) continue;
      tile.remove();
      this.#tiles.delete(index);
    }
    // Tiles stand in the document as they are read, since screen readers go by that.
    /** @type {Element | null} */
    let before = null;
    for (let index = last - 1; index >= first; index--) {
      let tile = this.#tiles.get(index);
      if (!tile) {
        tile = this.#tile(index);
        this.#tiles.set(index, tile);
        this.element.insertBefore(tile, before ?? this.#after(last));
      }
      before = tile;
    }
    this.#setCurrent(this.#current);
  }

  /**
   * The tile that follows the range, which is there when it has the focus.
   *
   * @param {number} last
   */
  #after(last) {
    for (const [index, tile] of this.#tiles) if (index >= last) return tile;
    return null;
  }

  /** @param {number} index */
  #tile(index) {
    const face = this.#faces[index];
    const picture = face.thumbnail
      ? h('img', {
          className: 'thumb',
          src: face.thumbnail,
          alt: '',
          decoding: 'async',
          width: 192,
          height: 192,
          draggable: false,
        })
      : h('span', { className: 'nothing', 'aria-hidden': 'true' }, 'no picture');
    const button = h(
      'button',
      { type: 'button', className: 'tile', tabIndex: -1 },
      // What a screen reader says is what is seen, with words between the figures.
      unseen(`${face.bbox ? 'Face' : 'Photo'} ${index + 1} of ${this.#faces.length}, ${face.name}, `),
      picture,
      face.reason && h('span', { className: 'reason' }, face.reason.code),
      face.best && h('span', { className: 'reason best' }, 'best'),
      face.reason && unseen(`, ${face.photo ? 'not the best' : 'left out'}: ${face.reason.message}, `),
      face.best && unseen(`: ${face.best}, `),
      h('span', { className: 'caption' }, ...caption(face)),
    );
    const tile = h(
      'li',
      {
        'aria-setsize': this.#faces.length,
        'aria-posinset': index + 1,
        className: isPale(face) ? 'out' : '',
      },
      button,
    );
    tile.dataset.index = String(index);
    this.#place(tile, index);
    return tile;
  }

  /**
   * @param {HTMLLIElement} tile
   * @param {number} index
   */
  #place(tile, index) {
    const row = Math.floor(index / this.#columns);
    const left = (index % this.#columns) * (this.#tileWidth + GAP);
    tile.style.setProperty('--width', `${this.#tileWidth}px`);
    tile.style.setProperty('--left', `${left}px`);
    tile.style.setProperty('--top', `${row * this.#rowHeight}px`);
  }

  /** @param {number} index */
  #setCurrent(index) {
    this.#current = index;
    const stop = this.#tiles.has(index) ? index : Math.min(...this.#tiles.keys());
    for (const [at, tile] of this.#tiles) {
      const button = /** @type {HTMLButtonElement} */ (tile.firstElementChild);
      button.tabIndex = at === stop ? 0 : -1;
    }
  }

  /**
   * Brings a face into the window and gives it the focus.
   *
   * @param {number} index
   */
  focus(index) {
    const shownRows = this.folded ? FOLDED_ROWS : this.rows;
    if (Math.floor(index / this.#columns) >= shownRows) this.fold(false);
    this.#current = index;
    if (!this.#tiles.has(index)) {
      const top =
        this.element.getBoundingClientRect().top + Math.floor(index / this.#columns) * this.#rowHeight;
      scrollBy({ top: top - innerHeight / 2, behavior: 'instant' });
      this.update();
    }
    const button = /** @type {HTMLElement | undefined} */ (this.#tiles.get(index)?.firstElementChild);
    button?.focus({ preventScroll: true });
    button?.scrollIntoView({ block: 'nearest' });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const steps = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: this.#columns,
      ArrowUp: -this.#columns,
      Home: -Infinity,
      End: Infinity,
    };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (step === undefined) return;
    event.preventDefault();
    const last = this.#faces.length - 1;
    const wanted = this.#current + step;
    // Down from the last but one row goes to the last, even where that is short; up from the first stays.
    if (step === this.#columns && wanted > last) {
      const lastRow = Math.floor(last / this.#columns);
      if (Math.floor(this.#current / this.#columns) < lastRow) this.focus(last);
      return;
    }
    if (step === -this.#columns && wanted < 0) return;
    this.focus(Math.min(last, Math.max(0, wanted)));
  }
}
