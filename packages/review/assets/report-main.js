import { choice, field, themeButton } from './report-controls.js';
import { headingOf, readData, wordsOf } from './report-data.js';
import { FaceDialog } from './report-dialog.js';
import { address, count, h } from './report-dom.js';
import { GroupSection, SectionList } from './report-sections.js';
import { FACE_ORDERS, PEOPLE_ORDERS, viewOf } from './report-view.js';

const { model, groups } = readData();
const faces = groups.flatMap((group) => group.faces);
const leftOut = faces.filter((face) => face.reason).length;
const item = groups.every((group) => group.items === 'face') ? 'face' : 'picture';
const words = wordsOf(model);
const people = groups.filter((group) => group.type === 'person');

/** @type {import('./report-view.js').Query} */
const query = { text: '', status: 'all', reason: '', sortPeople: 'folder', sortFaces: 'rank' };

/** @type {number | undefined} */
let timer;

const search = h('input', {
  type: 'search',
  id: 'search',
  placeholder: 'Name or path',
  autocomplete: 'off',
  spellcheck: false,
  oninput: () => later(() => change({ text: search.value })),
});
const status = choice(
  'status',
  [
    ['all', model.words ? 'All' : 'Kept and left out'],
    ['kept', words.kept],
    ['left-out', words.leftOut],
  ],
  (value) => change({ status: /** @type {typeof query.status} */ (value) }),
);
const reason = choice('reason', [['', 'Any reason'], ...reasonsOf()], (value) => change({ reason: value }));
const sortPeople = choice('sort-people', ordersFor(PEOPLE_ORDERS), (value) => change({ sortPeople: value }));
const sortFaces = choice('sort-faces', ordersFor(FACE_ORDERS), (value) => change({ sortFaces: value }));
const unfold = h('button', {
  type: 'button',
  className: 'secondary',
  onclick: () => {
    const open = unfold.getAttribute('aria-pressed') !== 'true';
    unfold.setAttribute('aria-pressed', String(open));
    list.foldAll(!open);
  },
  'aria-pressed': 'false',
});
unfold.textContent = 'Unfold all';
const result = h('output', { className: 'result', for: 'search status reason', 'aria-live': 'polite' });
const empty = h(
  'div',
  { className: 'empty', hidden: true },
  h('p', {}, 'Nothing matches.'),
  h('button', { type: 'button', className: 'secondary', onclick: clear }, 'Show everything'),
);
const nothing =
  people.length === 0 &&
  h('div', { className: 'card nobody' }, ...model.nothing.map((line) => h('p', {}, line)), nearLink());

/** @type {Map<unknown, GroupSection>} */
const sectionOf = new Map();
const dialog = new FaceDialog(words, model.kind !== 'cluster', (group, index) =>
  sectionOf.get(group)?.tiles.focus(index),
);
for (const group of groups) {
  sectionOf.set(
    group,
    new GroupSection(group, model, {
      open: (of, shown, index) => dialog.open(of, shown, index),
      reason: (code) => {
        reason.value = code;
        change({ reason: code });
      },
    }),
  );
}
const cards = h('div', { className: 'cards' });

const app = /** @type {HTMLElement} */ (document.getElementById('app'));
app.append(
  h('a', { className: 'skip', href: '#people' }, `Skip to the ${words.group[1]}`),
  h(
    'header',
    { className: 'top' },
    h(
      'div',
      { className: 'line' },
      h('span', { className: 'brand' }, 'face-sets'),
      model.links.length > 0 &&
        h(
          'nav',
          { 'aria-label': 'Reports' },
          ...model.links.map(({ label, file }) =>
            h('a', { href: address(file), 'aria-current': file === '' ? 'page' : undefined }, label),
          ),
        ),
      themeButton(),
    ),
    h('h1', {}, model.title),
    h('p', { className: 'about' }, model.about),
    figures(),
    allFiles(),
  ),
  h(
    'search',
    { className: 'tools', role: 'search', 'aria-label': 'Filter and sort' },
    field('Search', 'search', search, 'grow'),
    leftOut > 0 && leftOut < faces.length && field('Status', 'status', status),
    leftOut > 0 && field('Reason', 'reason', reason),
    field(capitalized(words.group[1]), 'sort-people', sortPeople),
    field(words.items, 'sort-faces', sortFaces),
    unfold,
  ),
  h(
    'main',
    { id: 'people', tabIndex: -1, 'aria-label': model.title },
    h('div', { className: 'summary' }, result, legend()),
    nothing,
    cards,
    empty,
    problems(),
  ),
  dialog.element,
);
const list = new SectionList(cards, [...sectionOf.values()]);
change({});

/** @param {Partial<typeof query>} values */
function change(values) {
  Object.assign(query, values);
  const view = viewOf(groups, query);
  list.show(view);
  const shown = view.reduce((sum, entry) => sum + entry.faces.length, 0);
  const groupsShown = view.filter(({ group }) => group.type === 'person').length;
  result.textContent =
    shown === faces.length
      ? `${count(shown, item)}, ${count(groupsShown, ...words.group)}`
      : `${shown.toLocaleString('en')} of ${count(faces.length, item)}, ${count(groupsShown, ...words.group)}`;
  empty.hidden = shown > 0 || faces.length === 0;
}

/** Where those are seen who have no faceset: on the page of the step before. */
function nearLink() {
  const refined = model.links.find(({ label, file }) => label === 'Refined' && file !== '');
  if (model.kind !== 'export-swap' || !refined) return null;
  return h('p', {}, h('a', { href: address(refined.file) }, 'See who is almost there'));
}

/** What the numbers below the faces are. */
function legend() {
  const shown = [
    faces.some((face) => face.rank !== undefined) && '# rank',
    faces.some((face) => face.score !== undefined) && 'score',
    faces.some((face) => face.distance !== undefined) && 'd = cosine distance to the centroid',
  ].filter(Boolean);
  return shown.length > 0 && h('span', {}, `Below each face: ${shown.join(', ')}`);
}

function clear() {
  search.value = '';
  status.value = 'all';
  reason.value = '';
  change({ text: '', status: 'all', reason: '' });
  search.focus();
}

/** @param {string} text */
function capitalized(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @param {() => void} task */
function later(task) {
  clearTimeout(timer);
  timer = setTimeout(task, 80);
}

function reasonsOf() {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const face of faces) {
    if (face.reason) counts.set(face.reason.code, (counts.get(face.reason.code) ?? 0) + 1);
  }
  return [...counts].sort().map(([code, n]) => [code, `${code} (${n.toLocaleString('en')})`]);
}

/**
 * The orders for which something is known.
 *
 * @param {{ id: string, label: string, needs?: string }[]} orders
 */
function ordersFor(orders) {
  return orders
    .filter(
      ({ needs }) =>
        !needs || faces.some((face) => face[/** @type {'score' | 'distance'} */ (needs)] !== undefined),
    )
    .map(({ id, label }) => [
      id,
      model.words
        ? label.replace('in the folder', 'listed').replace('faces', words.items.toLowerCase())
        : label,
    ]);
}

function figures() {
  const word = model.words || model.kind === 'cluster' ? words.group[1] : 'facesets';
  const photos = new Set(faces.map((face) => face.source)).size;
  const kept = people.reduce((sum, group) => sum + group.faces.filter((face) => !face.reason).length, 0);
  const near = groups.filter((group) => group.type === 'near').length;
  const candidates = groups
    .filter((group) => group.type === 'candidates')
    .reduce((sum, group) => sum + group.faces.filter((face) => !face.reason).length, 0);
  const figures = [
    [people.length, word],
    [kept, words.keptAll],
    near > 0 && [near, 'almost there'],
    candidates > 0 && [candidates, 'candidates'],
    leftOut > 0 && [leftOut, words.leftOut.toLowerCase()],
    ...groups
      .filter((group) => group.type === 'rest' && !group.faces.some((face) => face.reason))
      .map((group) => [group.faces.length, headingOf(group).toLowerCase()]),
    [photos, model.words ? 'files' : 'photos'],
  ].filter((figure) => Array.isArray(figure));
  return h(
    'dl',
    { className: 'figures' },
    ...figures.map(([n, label]) =>
      h('div', {}, h('dt', {}, String(label)), h('dd', {}, n.toLocaleString('en'))),
    ),
  );
}

/** The files that hold all people. */
function allFiles() {
  if (!model.files?.length) return null;
  const links = model.files.map(({ label, file }) => h('a', { href: address(file) }, label));
  return h('p', { className: 'links all' }, h('span', {}, 'For all people:'), ...links);
}

function problems() {
  if (model.problems.length === 0) return null;
  const what = model.kind === 'export-swap' ? 'faceset' : 'photo';
  const rows = model.problems.map(({ source, message }) =>
    h('li', {}, h('bdi', { className: 'path' }, source), h('span', {}, message)),
  );
  return h(
    'details',
    { className: 'card problems' },
    h('summary', {}, `${count(model.problems.length, what)} could not be used`),
    h('ul', { role: 'list' }, ...rows),
  );
}
