/** Degrees clockwise by which an upright picture is turned further. */
export type Rotation = 0 | 90 | 180 | 270;
