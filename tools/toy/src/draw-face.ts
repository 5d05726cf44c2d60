import { type Color, css, FEATURE_COLORS } from './colors.js';
import { FEATURES, type HeadPose, OUTLINE, PATCHES, type Point3, turn } from './face-geometry.js';
import type { Person } from './people.js';

const LINE: Color = [112, 94, 92];
const LIPS: Color = [176, 122, 120];

/** How a face looks in one picture beside how it is held. */
export interface Expression {
  /** How far the smile hangs below the mouth's corners, in eye distances: 0.05 to 0.3. */
  readonly smile: number;
  /** How far the brows are raised, in eye distances: -0.05 to 0.1. */
  readonly brows: number;
  readonly shirt: Color;
  /** How far each identity patch has faded toward gray in this photo, 0 to 1, in the order of `PATCHES`. */
  readonly fading: readonly number[];
}

const n = (value: number): string => value.toFixed(3);

/** SVG of a person with head and shoulders, to be placed in a picture of pixels. */
export function drawPerson(person: Person, pose: HeadPose, expression: Expression): string {
  const { scale, x, y, roll } = pose;
  return (
    `<g transform="translate(${n(x)} ${n(y)}) scale(${n(scale)})">${body(person, expression)}</g>` +
    `<g transform="translate(${n(x)} ${n(y)}) rotate(${n(roll)}) scale(${n(scale)})">${head(person, pose, expression)}</g>`
  );
}

function body(person: Person, { shirt }: Expression): string {
  return (
    `<path d="M-2.1 30 L-2.1 6 C-2.15 3.6 -1.9 2.6 -0.6 2.3 L0.6 2.3 C1.9 2.6 2.15 3.6 2.1 6 L2.1 30 Z" fill="${css(shirt)}" ${outline(0.05)}/>` +
    `<path d="M-0.5 1.2 L-0.5 2.35 Q0 2.85 0.5 2.35 L0.5 1.2 Z" fill="${css(darker(person.skin, 0.92))}"/>`
  );
}

function head(person: Person, pose: HeadPose, expression: Expression): string {
  const at = (point: Point3): [number, number] => turn(pose, point);
  const [cx, cy] = at(OUTLINE.center);
  const skin = css(person.skin);
  const ears = [-1, 1]
    .map((side) => {
      const [ex, ey] = at([side * 1.17, 0.25, 0.1]);
      return `<ellipse cx="${n(ex)}" cy="${n(ey)}" rx="0.2" ry="0.3" fill="${skin}" ${outline(0.04)}/>`;
    })
    .join('');
  const face = `<ellipse cx="${n(cx)}" cy="${n(cy)}" rx="${OUTLINE.rx}" ry="${OUTLINE.ry}" fill="${skin}" ${outline(0.045)}/>`;
  return [
    hairBehind(person, cx, cy),
    ears,
    face,
    fringe(person, pose, expression),
    patches(person, pose, expression),
    person.freckles ? freckles(person, pose) : '',
    brows(pose, expression),
    mouth(pose, expression),
    eyes(pose),
    person.glasses ? glasses(pose) : '',
    nose(pose),
  ].join('');
}

/** The big shape of the hair, drawn behind the head. `cx`, `cy`: the middle of the face's outline. */
function hairBehind({ hair, hairColor }: Person, cx: number, cy: number): string {
  const fill = `fill="${css(hairColor)}" ${outline(0.04)}`;
  const circle = (x: number, y: number, r: number) =>
    `<circle cx="${n(cx + x)}" cy="${n(cy + y)}" r="${n(r)}" ${fill}/>`;
  const cap = `<ellipse cx="${n(cx)}" cy="${n(cy - 0.3)}" rx="1.32" ry="1.55" ${fill}/>`;
  switch (hair) {
    case 'long':
      return `<path d="M${n(cx - 1.35)} ${n(cy + 2.1)} C${n(cx - 1.75)} ${n(cy - 2.6)} ${n(cx + 1.75)} ${n(cy - 2.6)} ${n(cx + 1.35)} ${n(cy + 2.1)} Q${n(cx)} ${n(cy + 2.5)} ${n(cx - 1.35)} ${n(cy + 2.1)} Z" ${fill}/>`;
    case 'bob':
      return `<path d="M${n(cx - 1.45)} ${n(cy + 1)} C${n(cx - 1.6)} ${n(cy - 2.5)} ${n(cx + 1.6)} ${n(cy - 2.5)} ${n(cx + 1.45)} ${n(cy + 1)} Z" ${fill}/>`;
    case 'curls':
      return Array.from({ length: 11 }, (_, i) => {
        const angle = Math.PI * (1 + (i - 0.5) / 9);
        return circle(1.3 * Math.cos(angle), 1.45 * Math.sin(angle), 0.46);
      }).join('');
    case 'bun':
      return circle(0, -2, 0.55) + cap;
    case 'pigtails':
      return circle(-1.55, -0.55, 0.5) + circle(1.55, -0.55, 0.5) + cap;
    case 'spikes': {
      const points = Array.from({ length: 15 }, (_, i) => {
        const angle = Math.PI * (1 + i / 14);
        const reach = i % 2 === 0 ? 1 : 1.22;
        return `${n(cx + 1.32 * reach * Math.cos(angle))},${n(cy + 1.65 * reach * Math.sin(angle))}`;
      });
      return `<polygon points="${points.join(' ')}" ${fill}/>`;
    }
    case 'short':
      return cap;
    case 'none':
      return '';
  }
}

/** The hair over the forehead: its two halves carry the first two identity colors. */
function fringe(person: Person, pose: HeadPose, expression: Expression): string {
  const [px, py] = turn(pose, [0, -0.9, 0.8]);
  const [cx, cy] = turn(pose, OUTLINE.center);
  return [-1, 1]
    .map((side, index) => {
      const fill = `fill="${css(patchColor(person, expression, index))}" ${outline(0.035)}`;
      const x = (value: number) => n(cx + side * value);
      return `<path d="M${n(px)} ${n(py)} Q${x(0.66)} ${n(cy - 1.16)} ${x(1.13)} ${n(cy - 0.72)} C${x(1.2)} ${n(cy - 1.5)} ${x(0.75)} ${n(cy - 1.86)} ${n(cx)} ${n(cy - 1.86)} Z" ${fill}/>`;
    })
    .join('');
}

/** The identity patches on the skin: forehead, cheeks, chin. */
function patches(person: Person, pose: HeadPose, expression: Expression): string {
  return PATCHES.slice(2)
    .map(({ center, radius }, index) => {
      const [x, y] = turn(pose, center);
      const width = radius * Math.cos((pose.yaw * Math.PI) / 180);
      const color = patchColor(person, expression, index + 2);
      return `<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(width)}" ry="${n(radius)}" fill="${css(color)}" stroke="${css(darker(color, 0.88))}" stroke-width="0.03"/>`;
    })
    .join('');
}

function patchColor(person: Person, { fading }: Expression, index: number): Color {
  const color = person.patches[index];
  const gray = (color[0] + color[1] + color[2]) / 3;
  const [red, green, blue] = color.map((value) => Math.round(value + fading[index] * (gray - value)));
  return [red, green, blue];
}

function freckles(person: Person, pose: HeadPose): string {
  const places: Point3[] = [
    [-0.42, 0.62, 1],
    [-0.3, 0.78, 1],
    [-0.5, 0.84, 1],
    [0.42, 0.62, 1],
    [0.3, 0.78, 1],
    [0.5, 0.84, 1],
  ];
  return places
    .map((place) => {
      const [x, y] = turn(pose, place);
      return `<circle cx="${n(x)}" cy="${n(y)}" r="0.035" fill="${css(darker(person.skin, 0.72))}"/>`;
    })
    .join('');
}

function brows(pose: HeadPose, { brows: raised }: Expression): string {
  return [-1, 1]
    .map((side) => {
      const [x1, y1] = turn(pose, [side * 0.75, -0.22 - raised, 0.95]);
      const [x2, y2] = turn(pose, [side * 0.5, -0.34 - raised, 1]);
      const [x3, y3] = turn(pose, [side * 0.26, -0.25 - raised, 1]);
      return `<path d="M${n(x1)} ${n(y1)} Q${n(x2)} ${n(y2)} ${n(x3)} ${n(y3)}" fill="none" stroke="${css(LINE)}" stroke-width="0.07" stroke-linecap="round"/>`;
    })
    .join('');
}

function eyes(pose: HeadPose): string {
  return FEATURES.slice(0, 2)
    .map((feature, index) => {
      const [x, y] = turn(pose, feature);
      return (
        `<ellipse cx="${n(x)}" cy="${n(y)}" rx="0.27" ry="0.22" fill="rgb(253,252,250)" ${outline(0.035)}/>` +
        `<circle cx="${n(x)}" cy="${n(y)}" r="0.175" fill="${css(FEATURE_COLORS[index])}"/>` +
        `<circle cx="${n(x)}" cy="${n(y)}" r="0.07" fill="rgb(70,62,66)"/>` +
        `<circle cx="${n(x)}" cy="${n(y - 0.02)}" r="0.03" fill="rgb(253,252,250)"/>`
      );
    })
    .join('');
}

function glasses(pose: HeadPose): string {
  const centers = FEATURES.slice(0, 2).map((feature) => turn(pose, feature));
  const frame = `fill="none" stroke="${css(LINE)}" stroke-width="0.06"`;
  const [[lx, ly], [rx, ry]] = centers;
  return (
    centers.map(([x, y]) => `<circle cx="${n(x)}" cy="${n(y)}" r="0.37" ${frame}/>`).join('') +
    `<path d="M${n(lx + 0.37)} ${n(ly)} Q${n((lx + rx) / 2)} ${n(ly - 0.12)} ${n(rx - 0.37)} ${n(ry)}" ${frame}/>`
  );
}

function nose(pose: HeadPose): string {
  const [x, y] = turn(pose, FEATURES[2]);
  return `<circle cx="${n(x)}" cy="${n(y)}" r="0.165" fill="${css(FEATURE_COLORS[2])}" stroke="rgb(206,180,140)" stroke-width="0.025"/>`;
}

function mouth(pose: HeadPose, { smile }: Expression): string {
  const [[lx, ly], [rx, ry]] = FEATURES.slice(3).map((feature) => turn(pose, feature));
  const [mx, my] = turn(pose, [0, FEATURES[3][1] + 2 * smile, 1]);
  const dots = [
    [lx, ly],
    [rx, ry],
  ]
    .map(
      ([x, y], index) =>
        `<circle cx="${n(x)}" cy="${n(y)}" r="0.14" fill="${css(FEATURE_COLORS[3 + index])}"/>`,
    )
    .join('');
  return (
    `<path d="M${n(lx)} ${n(ly)} Q${n(mx)} ${n(my)} ${n(rx)} ${n(ry)}" fill="none" stroke="${css(LIPS)}" stroke-width="0.08" stroke-linecap="round"/>` +
    dots
  );
}

const outline = (width: number): string =>
  `stroke="${css(LINE)}" stroke-width="${width}" stroke-linejoin="round"`;

function darker([red, green, blue]: Color, factor: number): Color {
  return [Math.round(red * factor), Math.round(green * factor), Math.round(blue * factor)];
}
