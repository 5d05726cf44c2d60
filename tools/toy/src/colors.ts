/** Red, green, blue, each 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

/** The color in SVG's notation. */
export function css([red, green, blue]: Color): string {
  return `rgb(${red},${green},${blue})`;
}

/**
 * The saturated colors of the five features, in the order of `FEATURES`. Nothing else in a drawn picture is
 * this saturated: every other color keeps its largest channel below 1.45 times its middle one, and its
 * middle one below 1.45 times its smallest. That difference is all the toy detector looks for.
 */
export const FEATURE_COLORS: readonly Color[] = [
  [40, 85, 235],
  [15, 175, 65],
  [245, 205, 25],
  [225, 45, 45],
  [225, 40, 205],
];

/**
 * The four colors of the identity patches, by the signs of their two chroma values (red against green, blue
 * against yellow): `PATCH_COLORS['+-']` is reddish and yellowish.
 */
export const PATCH_COLORS: Readonly<Record<'++' | '+-' | '-+' | '--', Color>> = {
  '++': [227, 180, 250],
  '+-': [246, 200, 158],
  '-+': [160, 216, 236],
  '--': [182, 226, 160],
};
