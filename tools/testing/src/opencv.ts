import { execFileSync } from 'node:child_process';
import type { Picture } from './pictures.js';
import { pythonWith } from './python.js';

/** A Python with OpenCV, or `null`. */
const opencv = pythonWith('numpy', 'cv2');

/** Added to the title of tests that need it. */
export const needsOpencv = opencv ? '' : ' (skipped: no Python with OpenCV)';

/**
 * Runs one OpenCV expression on several pictures. `expression` sees the picture as `img` (uint8, height × width
 * × 3) and the case's further values by name; the pictures it returns come back in the order of the cases.
 */
export function withOpencv(
  expression: string,
  cases: readonly ({ image: Picture } & Record<string, unknown>)[],
): Picture[] {
  const header = cases.map(({ image, ...values }) => ({ ...values, shape: [image.height, image.width, 3] }));
  const script = `
import sys, json, numpy as np, cv2
data = sys.stdin.buffer.read()
at = data.index(b'\\n') + 1
cases = json.loads(data[:at])
for case in cases:
    n = int(np.prod(case['shape']))
    img = np.frombuffer(data, np.uint8, n, at).reshape(case['shape'])
    at += n
    out = np.ascontiguousarray(eval(${JSON.stringify(expression)}, dict(case, img=img, np=np, cv2=cv2)))
    sys.stdout.buffer.write(np.array(out.shape[:2], '<i4').tobytes() + out.astype(np.uint8).tobytes())
`;
  const output = execFileSync(opencv!, ['-c', script], {
    input: Buffer.concat([
      Buffer.from(`${JSON.stringify(header)}\n`),
      ...cases.map(({ image }) => image.data),
    ]),
    maxBuffer: 1 << 30,
  });
  const images: Picture[] = [];
  for (let at = 0; at < output.length; ) {
    const height = output.readInt32LE(at);
    const width = output.readInt32LE(at + 4);
    at += 8;
    images.push({ data: new Uint8Array(output.subarray(at, at + width * height * 3)), width, height });
    at += width * height * 3;
  }
  return images;
}
