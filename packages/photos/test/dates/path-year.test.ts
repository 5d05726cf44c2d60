import { describe, expect, it } from 'vitest';
import { yearInPath } from '../../src/dates/path-year.js';

describe('the year in a path', () => {
  const now = Date.UTC(2024, 5, 1);

  it.each([
    ['/photos/2014/07/x.jpg', 2014],
    ['/photos/Summer 2014/x.jpg', 2014],
    ['/photos/2009/2014-07-12 wedding/x.jpg', 2014],
    ['/photos/2009/IMG_20140712_101500.jpg', 2014],
    ['/photos/PXL_20210304_121314567.jpg', 2021],
    ['/photos/2014-07 Crete.jpg', 2014],
    ['C:\\photos\\2003\\x.jpg', 2003],
    ['/archive/1987/scan 12.jpg', 1987],
  ])('%s is of %i', (path, year) => {
    expect(yearInPath(path, { now })).toBe(year);
  });

  it.each([
    '/photos/DSC_2014.jpg',
    '/photos/IMG_1999.JPG',
    '/photos/2013-2014/x.jpg',
    '/photos/2031/x.jpg',
    '/photos/1889/x.jpg',
    '/photos/120145/x.jpg',
    '/photos/x.jpg',
    '/photos/20141399/x.jpg',
  ])('%s tells none', (path) => {
    expect(yearInPath(path, { now })).toBeNull();
  });
});
