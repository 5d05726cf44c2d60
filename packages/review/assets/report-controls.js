import { h, icon } from './report-dom.js';

/**
 * A list to choose from.
 *
 * @param {string} id
 * @param {string[][]} options value and label
 * @param {(value: string) => void} onChange
 */
export function choice(id, options, onChange) {
  const select = h(
    'select',
    { id, onchange: () => onChange(select.value) },
    ...options.map(([value, label]) => h('option', { value }, label)),
  );
  return select;
}

/**
 * An input with its label.
 *
 * @param {string} label
 * @param {string} id
 * @param {HTMLElement} input
 * @param {string} [className]
 */
export function field(label, id, input, className = '') {
  return h('div', { className: `field ${className}` }, h('label', { for: id }, label), input);
}

/** Changes the colors of the page: those of the system, light or dark; the browser remembers it where it may. */
export function themeButton() {
  const order = ['auto', 'light', 'dark'];
  const drawings = {
    auto: 'M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18',
    light:
      'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5',
    dark: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z',
  };
  const button = h('button', { type: 'button', className: 'plain theme' });
  const set = (/** @type {string} */ theme) => {
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.replaceChildren(
      icon(drawings[/** @type {keyof typeof drawings} */ (theme)]),
      h('span', {}, `Theme: ${theme}`),
    );
  };
  button.addEventListener('click', () => {
    const current = document.documentElement.dataset.theme ?? 'auto';
    const next = order[(order.indexOf(current) + 1) % order.length];
    set(next);
    // A browser may forbid a page from disk to store anything.
    try {
      localStorage.setItem('face-sets-theme', next);
    } catch {}
  });
  let stored = 'auto';
  try {
    stored = localStorage.getItem('face-sets-theme') ?? 'auto';
  } catch {}
  set(order.includes(stored) ? stored : 'auto');
  return button;
}
