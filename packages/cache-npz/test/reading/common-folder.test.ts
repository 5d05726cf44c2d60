import { describe, expect, it } from 'vitest';
import { commonFolder } from '../../src/index.js';

describe('commonFolder', () => {
  it('is the deepest one that all are below', () => {
    expect(commonFolder(['/a/b/c/1.jpg', '/a/b/d/2.jpg'])).toBe('/a/b');
    expect(commonFolder(['/a/b/1.jpg', '/a/b/c/2.jpg'])).toBe('/a/b');
    expect(commonFolder(['/a/b/1.jpg', '/a/bc/2.jpg'])).toBe('/a');
    expect(commonFolder(['/a/1.jpg', '/b/2.jpg'])).toBe('/');
    expect(commonFolder(['/a/b/1.jpg'])).toBe('/a/b');
  });
});
