/**
 * @typedef {string | Node | null | false | undefined} Child
 */

/**
 * An element with properties, attributes and children. Text is put in as text, never as markup. Keys with a dash,
 * and `role`, `for` and `list`, are attributes; `on…` are listeners; the rest are properties.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [props] values that are undefined or null are left out
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (key.startsWith('on')) {
      element.addEventListener(key.slice(2), /** @type {EventListener} */ (value));
    } else if (key.includes('-') || key === 'role' || key === 'for') {
      element.setAttribute(key, String(value));
    } else {
      Object.assign(element, { [key]: value });
    }
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

/**
 * An SVG element with attributes.
 *
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...(Child)} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  for (const child of children) if (child) element.append(child);
  return element;
}

/**
 * A 24×24 line drawing beside a word.
 *
 * @param {string} path
 */
export function icon(path) {
  return svg('svg', { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true' }, svg('path', { d: path }));
}

/**
 * The address of a file beside the page.
 *
 * @param {string} file relative, with `/`
 */
export function address(file) {
  return file.split('/').map(encodeURIComponent).join('/');
}

/**
 * `1 face`, `2 faces`.
 *
 * @param {number} n
 * @param {string} one
 * @param {string} [many]
 */
export function count(n, one, many = `${one}s`) {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

/**
 * @param {number | undefined} value
 * @param {number} [decimals]
 */
export function fixed(value, decimals = 2) {
  return value === undefined ? '–' : value.toFixed(decimals);
}
