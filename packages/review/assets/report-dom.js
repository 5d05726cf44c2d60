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
      element.setAttribute(key, visible(String(value)));
    } else {
      Object.assign(element, { [key]: SPOKEN.includes(key) ? visible(String(value)) : value });
    }
  }
  append(element, children);
  return element;
}

/** Properties that are read by people. */
const SPOKEN = ['alt', 'title', 'placeholder'];

/**
 * @param {Element} element
 * @param {Child[]} children
 */
function append(element, children) {
  for (const child of children) if (child) element.append(typeof child === 'string' ? visible(child) : child);
}

/**
 * A text as it is shown, since a name or a path must not look like another one: what is a control character, turns the
 * direction of the text around it or is invisible is written as `\x1b` or `\u202e`, a byte of a name that is not UTF-8 as
 * `\xff` (as the command line does).
 *
 * @param {string} text
 */
export function visible(text) {
  return text.replace(HIDDEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
    if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
    return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

const HIDDEN =
  /[\p{Cc}\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]|\p{Cs}/gu;

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
  append(element, children);
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
 * A number with so many decimals, or as many as it takes to see on which side of a limit it is (as `measuredText` of
 * `@face-sets/quality`).
 *
 * @param {number | undefined} value
 * @param {number} [decimals]
 * @param {number} [limit]
 */
export function fixed(value, decimals = 2, limit) {
  if (value === undefined) return '–';
  if (limit === undefined) return value.toFixed(decimals);
  for (let count = decimals; count < 15; count++) {
    const text = value.toFixed(count);
    if (Math.sign(Number(text) - Number(limit.toFixed(count))) === Math.sign(value - limit)) return text;
  }
  return String(value);
}
