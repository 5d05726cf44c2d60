import { type Color, css } from './colors.js';
import type { Random } from './random.js';

/** The places in which drawn people are seen. */
export const SCENES = ['meadow', 'beach', 'city', 'room', 'snow', 'party'] as const;
/** One of `SCENES`. */
export type Scene = (typeof SCENES)[number];

/** SVG of a background without people, `width`×`height` pixels, in soft colors only. */
export function drawScene(scene: Scene, width: number, height: number, random: Random): string {
  const canvas: Canvas = { width, height, random };
  switch (scene) {
    case 'meadow':
      return sky(canvas, [196, 224, 244]) + clouds(canvas) + hills(canvas, [186, 214, 160]) + trees(canvas);
    case 'beach':
      return sky(canvas, [204, 230, 246]) + sun(canvas) + sea(canvas) + palms(canvas);
    case 'city':
      return sky(canvas, [222, 222, 240]) + houses(canvas) + band(canvas, 0.84, [196, 194, 198]);
    case 'room':
      return room(canvas);
    case 'snow':
      return (
        sky(canvas, [206, 216, 236]) + mountains(canvas) + hills(canvas, [240, 244, 250]) + flakes(canvas)
      );
    case 'party':
      return room(canvas) + bunting(canvas);
  }
}

interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly random: Random;
}

const round = (value: number): string => value.toFixed(1);

function band({ width, height }: Canvas, from: number, color: Color): string {
  return `<rect x="0" y="${round(from * height)}" width="${width}" height="${round((1 - from) * height)}" fill="${css(color)}"/>`;
}

function sky(canvas: Canvas, color: Color): string {
  const { width, height } = canvas;
  return (
    `<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${css(color)}"/>` +
    `<stop offset="1" stop-color="rgb(252,244,232)"/></linearGradient></defs>` +
    `<rect width="${width}" height="${height}" fill="url(#sky)"/>`
  );
}

function clouds({ width, height, random }: Canvas): string {
  return Array.from({ length: random.whole(2, 4) }, () => {
    const x = random.between(0, width);
    const y = random.between(0.06, 0.3) * height;
    const r = random.between(0.03, 0.06) * width;
    return [-1.1, 0, 1.2]
      .map(
        (shift, i) =>
          `<ellipse cx="${round(x + shift * r)}" cy="${round(y)}" rx="${round(r)}" ry="${round(r * (i === 1 ? 0.75 : 0.5))}" fill="rgb(250,250,252)"/>`,
      )
      .join('');
  }).join('');
}

function hills({ width, height, random }: Canvas, [red, green, blue]: Color): string {
  return [0.58, 0.7, 0.82]
    .map((level, i) => {
      const shade = 1 - 0.06 * i;
      const y = () => round((level + random.between(-0.06, 0.06)) * height);
      const color: Color = [Math.round(red * shade), Math.round(green * shade), Math.round(blue * shade)];
      return `<path d="M0 ${y()} Q${round(width * 0.25)} ${y()} ${round(width * 0.5)} ${y()} T${width} ${y()} V${height} H0 Z" fill="${css(color)}"/>`;
    })
    .join('');
}

function trees({ width, height, random }: Canvas): string {
  return Array.from({ length: random.whole(3, 7) }, () => {
    const x = random.between(0, width);
    const y = random.between(0.6, 0.8) * height;
    const size = random.between(0.05, 0.12) * height;
    return (
      `<rect x="${round(x - size * 0.12)}" y="${round(y)}" width="${round(size * 0.24)}" height="${round(size)}" fill="rgb(176,148,128)"/>` +
      `<circle cx="${round(x)}" cy="${round(y - size * 0.4)}" r="${round(size * 0.7)}" fill="rgb(${random.whole(158, 176)},${random.whole(196, 210)},150)"/>`
    );
  }).join('');
}

function sun({ width, height, random }: Canvas): string {
  const x = random.between(0.1, 0.9) * width;
  return `<circle cx="${round(x)}" cy="${round(0.18 * height)}" r="${round(0.07 * height)}" fill="rgb(255,240,196)"/>`;
}

function sea(canvas: Canvas): string {
  const { width, height, random } = canvas;
  const waves = Array.from({ length: 14 }, () => {
    const x = random.between(0, width);
    const y = random.between(0.5, 0.68) * height;
    const length = random.between(0.03, 0.08) * width;
    return `<path d="M${round(x)} ${round(y)} q${round(length / 2)} ${round(-length / 5)} ${round(length)} 0" stroke="rgb(236,246,250)" stroke-width="3" fill="none"/>`;
  }).join('');
  return band(canvas, 0.48, [172, 210, 226]) + waves + band(canvas, 0.7, [242, 226, 194]);
}

function palms({ width, height, random }: Canvas): string {
  return Array.from({ length: random.whole(1, 2) }, () => {
    const x = random.pick([random.between(0.02, 0.2), random.between(0.8, 0.98)]) * width;
    const y = 0.78 * height;
    const size = random.between(0.3, 0.5) * height;
    const leaves = [-75, -35, 0, 35, 75].map(
      (angle) =>
        `<ellipse cx="${round(x)}" cy="${round(y - size - size * 0.2)}" rx="${round(size * 0.07)}" ry="${round(size * 0.24)}" transform="rotate(${angle} ${round(x)} ${round(y - size)})" fill="rgb(164,200,156)"/>`,
    );
    return (
      `<path d="M${round(x - 8)} ${round(y)} q${round(size * 0.1)} ${round(-size / 2)} 8 ${round(-size)} q${round(size * 0.14)} ${round(size / 2)} 10 ${round(size)} Z" fill="rgb(190,162,136)"/>` +
      leaves.join('')
    );
  }).join('');
}

function houses({ width, height, random }: Canvas): string {
  const colors: Color[] = [
    [236, 208, 196],
    [206, 214, 228],
    [226, 220, 196],
    [214, 204, 222],
    [204, 222, 210],
  ];
  let out = '';
  for (let x = -20; x < width; ) {
    const w = random.between(0.1, 0.2) * width;
    const top = random.between(0.2, 0.55) * height;
    out += `<rect x="${round(x)}" y="${round(top)}" width="${round(w)}" height="${round(height - top)}" fill="${css(random.pick(colors))}" stroke="rgb(150,140,146)" stroke-width="2"/>`;
    const pane = w / 5;
    for (let row = 0; top + pane * (1 + 1.8 * row) < 0.78 * height; row++) {
      for (let column = 0; column < 2; column++) {
        const px = x + pane * (0.8 + column * 2.2);
        const lit = random.chance(0.3) ? 'rgb(252,238,204)' : 'rgb(190,204,220)';
        out += `<rect x="${round(px)}" y="${round(top + pane * (0.7 + 1.8 * row))}" width="${round(pane * 1.1)}" height="${round(pane * 1.2)}" fill="${lit}" stroke="rgb(150,140,146)" stroke-width="1.5"/>`;
      }
    }
    x += w;
  }
  return out;
}

function room(canvas: Canvas): string {
  const { width, height, random } = canvas;
  const wall = random.pick<Color>([
    [238, 226, 210],
    [218, 228, 232],
    [232, 222, 234],
    [226, 234, 218],
  ]);
  const stripe = css([wall[0] - 10, wall[1] - 10, wall[2] - 8]);
  const stripes = Array.from(
    { length: 9 },
    (_, i) =>
      `<rect x="${round(((i + 0.25) * width) / 9)}" y="0" width="${round(width / 18)}" height="${height}" fill="${stripe}"/>`,
  ).join('');
  const x = random.between(0.05, 0.6) * width;
  const side = 0.28 * height;
  const window =
    `<rect x="${round(x)}" y="${round(0.1 * height)}" width="${round(side)}" height="${round(side * 1.2)}" fill="rgb(204,226,240)" stroke="rgb(250,248,244)" stroke-width="${round(side * 0.06)}"/>` +
    `<path d="M${round(x + side / 2)} ${round(0.1 * height)} v${round(side * 1.2)} M${round(x)} ${round(0.1 * height + side * 0.6)} h${round(side)}" stroke="rgb(250,248,244)" stroke-width="${round(side * 0.04)}"/>`;
  return `<rect width="${width}" height="${height}" fill="${css(wall)}"/>${stripes}${window}${band(canvas, 0.86, [206, 180, 156])}`;
}

function bunting({ width, height, random }: Canvas): string {
  const colors: Color[] = [
    [236, 196, 200],
    [200, 216, 236],
    [238, 228, 186],
    [204, 228, 200],
  ];
  return Array.from({ length: 12 }, (_, i) => {
    const x = (i * width) / 12;
    const step = width / 12;
    const y = 0.04 * height + 0.06 * height * Math.sin((Math.PI * (i + 0.5)) / 12);
    return `<polygon points="${round(x)},${round(y)} ${round(x + step)},${round(y)} ${round(x + step / 2)},${round(y + step * 0.8)}" fill="${css(random.pick(colors))}" stroke="rgb(170,156,158)" stroke-width="2"/>`;
  }).join('');
}

function mountains({ width, height, random }: Canvas): string {
  return Array.from({ length: 4 }, (_, i) => {
    const x = ((i + random.between(0.2, 0.8)) * width) / 4;
    const top = random.between(0.15, 0.35) * height;
    const half = random.between(0.18, 0.3) * width;
    const base = 0.7 * height;
    const cap = 0.3;
    return (
      `<polygon points="${round(x - half)},${round(base)} ${round(x)},${round(top)} ${round(x + half)},${round(base)}" fill="rgb(186,192,210)"/>` +
      `<polygon points="${round(x - half * cap)},${round(top + (base - top) * cap)} ${round(x)},${round(top)} ${round(x + half * cap)},${round(top + (base - top) * cap)}" fill="rgb(246,248,252)"/>`
    );
  }).join('');
}

function flakes({ width, height, random }: Canvas): string {
  return Array.from(
    { length: 60 },
    () =>
      `<circle cx="${round(random.between(0, width))}" cy="${round(random.between(0, height))}" r="${round(random.between(2, 5))}" fill="rgb(252,253,255)"/>`,
  ).join('');
}
