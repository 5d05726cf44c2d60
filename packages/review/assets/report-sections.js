import { distancePlot, scoreHistogram } from './report-charts.js';
import { headingOf, yearsOf } from './report-data.js';
import { address, count, fixed, h } from './report-dom.js';
import { erasPanel } from './report-eras.js';
import { TileGrid } from './report-tiles.js';

/**
 * @typedef {import('./report-data.js').Face} Face
 * @typedef {import('./report-data.js').Group} Group
 */

/** A person (or the rest) as a card: who it is on one side, the faces on the other. */
export class GroupSection {
  #head;
  #who;
  #toggle;
  #printed = h('p', { className: 'printed' });
  #built = false;
  #shown = 0;
  #model;

  /**
   * @param {Group} group
   * @param {{ distanceLimit?: number }} model
   * @param {object} on
   * @param {(group: Group, faces: Face[], index: number) => void} on.open
   * @param {(code: string) => void} on.reason
   */
  constructor(group, model, on) {
    this.group = group;
    this.#model = model;
    this.on = on;
    const heading = headingOf(group);
    const id = `group-${group.id}`;
    this.tiles = new TileGrid(`${group.items === 'face' ? 'Faces' : 'Photos'} of ${heading}`, {
      open: (faces, index) => on.open(group, faces, index),
      fold: () => this.#showToggle(),
    });
    this.#who = h('div', {}, h('h2', { id }, h('bdi', {}, heading)));
    this.#head = h('div', { className: 'head' }, h('div', { className: 'who' }, this.#who));
    this.#toggle = h('button', {
      type: 'button',
      className: 'unfold',
      hidden: true,
      onclick: () => {
        this.tiles.fold(!this.tiles.folded);
        this.#toggle.setAttribute('aria-expanded', String(!this.tiles.folded));
        if (this.tiles.folded) this.element.scrollIntoView({ block: 'nearest' });
      },
    });
    this.element = h(
      'section',
      { className: `card ${group.type}`, 'aria-labelledby': id },
      this.#head,
      h('div', { className: 'faces' }, this.tiles.element, this.#toggle, this.#printed),
    );
  }

  #showToggle() {
    // What is not near the window is not laid out; so much room is left for it.
    this.element.style.containIntrinsicBlockSize = `auto ${Math.max(280, this.tiles.height + 80)}px`;
    this.#toggle.hidden = !this.tiles.foldable;
    this.#toggle.setAttribute('aria-expanded', String(!this.tiles.folded));
    this.#toggle.textContent = this.tiles.folded
      ? `Show all ${this.#shown.toLocaleString('en')}`
      : 'Show fewer';
    // On paper nothing can be unfolded.
    this.#printed.textContent = this.tiles.folded
      ? `The first ${this.tiles.unfolded.toLocaleString('en')} of ${this.#shown.toLocaleString('en')}; “Unfold all” prints the others too.`
      : '';
  }

  /** @param {Face[]} faces */
  show(faces) {
    this.#shown = faces.length;
    this.tiles.show(faces);
  }

  /** Makes what is seen of the card, when it comes near the window. */
  build() {
    if (this.#built) return;
    this.#built = true;
    const { group } = this;
    const kept = group.faces.filter((face) => !face.reason);
    const cover = (kept.find((face) => face.thumbnail) ?? group.faces.find((face) => face.thumbnail))
      ?.thumbnail;
    const heading = headingOf(group);
    const best = group.faces.find((face) => face.best);
    const facts = [
      best
        ? h('li', {}, count(group.faces.length, 'file'))
        : kept.length > 0 && h('li', {}, count(kept.length, group.items)),
      best && h('li', {}, `Best: ${best.best}`),
      yearsOf(group) && h('li', {}, yearsOf(group)),
      group.note && h('li', { className: 'note' }, group.note),
      group.name && h('li', { className: 'id' }, group.id),
    ].filter((fact) => fact instanceof Node);
    const lacks = group.lacks && h('p', { className: 'lacks' }, group.lacks);
    const links = [
      group.folder !== undefined && link('Open folder', `${group.folder}/`, `Open folder of ${heading}`),
      ...group.files.map(({ label, file }) => link(label, file, `Bundle ${label}`)),
    ];
    if (cover && group.type !== 'rest') {
      // A crop for swapping has a wide rim.
      const className = kept[0]?.cropped ? 'padded' : '';
      const image = h('img', {
        className,
        src: cover,
        alt: `${best ? 'The best' : 'Cover face'} of ${heading}`,
        width: 192,
        height: 192,
      });
      this.#who.before(h('div', { className: 'cover' }, image));
    }
    const list = facts.length > 0 && h('ul', { className: 'facts', role: 'list' }, ...facts);
    if (lacks) this.#who.append(lacks);
    this.#who.append(h('div', { className: 'tags' }, list, this.#reasons()));
    if (links.some(Boolean)) this.#who.append(h('p', { className: 'links' }, ...links));
    if (group.means) this.#who.append(meansOf(group.means));
    const charts = [
      scoreHistogram(group.faces),
      distancePlot(group.faces, group.type === 'person' ? this.#model.distanceLimit : undefined),
    ];
    if (charts.some(Boolean)) this.#head.append(h('div', { className: 'charts' }, ...charts));
    if (group.eras) this.#head.after(erasPanel(group.eras));
  }

  /** Why faces were left out, and how many: each shows only these. */
  #reasons() {
    /** @type {Map<string, number>} */
    const reasons = new Map();
    for (const { reason } of this.group.faces) {
      if (reason) reasons.set(reason.code, (reasons.get(reason.code) ?? 0) + 1);
    }
    if (reasons.size === 0) return null;
    const buttons = [...reasons]
      .sort((a, b) => b[1] - a[1])
      .map(([code, n]) =>
        h(
          'button',
          {
            type: 'button',
            className: 'chip',
            title: 'Show only these',
            onclick: () => this.on.reason(code),
          },
          code,
          h('span', {}, n.toLocaleString('en')),
        ),
      );
    return h('div', { className: 'reasons', role: 'group', 'aria-label': 'Left out' }, ...buttons);
  }
}

/**
 * How far the mean of each bundle is from where the person's faces point.
 *
 * @param {NonNullable<Group['means']>} means
 */
function meansOf(means) {
  const rows = means.map(({ name, faces, drift, photoDrift }) =>
    h(
      'li',
      { title: `${fixed(photoDrift, 3)} from the centroid of these faces in their photos` },
      `${name} `,
      h('b', {}, fixed(drift, 3)),
      h('span', { className: 'unseen' }, ` from the centroid, ${count(faces, 'face')}`),
    ),
  );
  return h(
    'div',
    { className: 'means' },
    h('span', {}, 'Mean off the centroid'),
    h('ul', { role: 'list', 'aria-label': 'Distance of the mean of each bundle' }, ...rows),
  );
}

/**
 * @param {string} text
 * @param {string} file
 * @param {string} label
 */
function link(text, file, label) {
  return h('a', { href: address(file), 'aria-label': label }, text);
}

/**
 * Keeps the cards in order, and those near the window alive. However many there are, only these have contents.
 */
export class SectionList {
  /** @type {Set<GroupSection>} */
  #near = new Set();
  #frame = 0;
  #width = 0;
  /** Everything is in the document, and stays there. */
  #printing = false;

  /**
   * @param {HTMLElement} parent
   * @param {GroupSection[]} sections
   */
  constructor(parent, sections) {
    this.parent = parent;
    this.sections = sections;
    this.byElement = new Map(sections.map((section) => [section.element, section]));
    this.watcher = new IntersectionObserver((entries) => this.#cross(entries), { rootMargin: '220% 0px' });
    for (const { element } of sections) this.watcher.observe(element);
    addEventListener('scroll', () => this.#later(), { passive: true });
    new ResizeObserver(() => this.fit()).observe(parent);
    addEventListener('beforeprint', () => this.#showAll());
    addEventListener('afterprint', () => this.#showNear());
  }

  /** On paper everything is near. */
  #showAll() {
    this.#printing = true;
    for (const section of this.sections) {
      if (!section.element.isConnected) continue;
      section.build();
      section.tiles.showAll();
    }
  }

  #showNear() {
    this.#printing = false;
    for (const section of this.sections) {
      if (this.#near.has(section)) section.tiles.update();
      else section.tiles.stop();
    }
  }

  /** @param {{ group: Group, faces: Face[] }[]} view */
  show(view) {
    const byGroup = new Map(this.sections.map((section) => [section.group, section]));
    const shown = view.map(({ group, faces }) => {
      const section = /** @type {GroupSection} */ (byGroup.get(group));
      section.show(faces);
      return section;
    });
    this.parent.replaceChildren(...shown.map(({ element }) => element));
    this.fit();
    // What is seen at once does not wait for the observer.
    for (const section of shown.slice(0, 8)) {
      if (section.element.getBoundingClientRect().top > innerHeight) break;
      this.#enter(section);
    }
    for (const section of this.#near) section.tiles.update();
  }

  /** Gives all grids the width that there is. */
  fit() {
    const width = gridWidth(this.parent);
    if (width === this.#width) return;
    this.#width = width;
    for (const { tiles } of this.sections) tiles.fit(width);
    this.#later();
  }

  /** @param {boolean} folded */
  foldAll(folded) {
    for (const { tiles } of this.sections) tiles.fold(folded);
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #cross(entries) {
    for (const { target, isIntersecting } of entries) {
      const section = /** @type {GroupSection} */ (this.byElement.get(/** @type {HTMLElement} */ (target)));
      if (isIntersecting) this.#enter(section);
      else if (this.#near.delete(section) && !this.#printing) section.tiles.stop();
    }
  }

  /** @param {GroupSection} section */
  #enter(section) {
    if (this.#near.has(section)) return;
    this.#near.add(section);
    section.build();
    if (!this.#printing) section.tiles.start();
  }

  #later() {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#printing) return;
      for (const { tiles } of this.#near) tiles.update();
    });
  }
}

/**
 * The width of a grid, measured on the first card that is shown: the style sheet decides it.
 *
 * @param {HTMLElement} parent
 */
function gridWidth(parent) {
  return Math.floor(parent.querySelector('.tiles')?.clientWidth ?? parent.clientWidth);
}
