import { describe, expect, it } from 'vitest';
import { FoldersNotInCacheError } from '../../src/index.js';

describe('FoldersNotInCacheError', () => {
  it('names the first of the folders, and says how many more there are', () => {
    const { message, code } = new FoldersNotInCacheError(['/p/ana']);
    expect(message).toBe('the cache has no photo in /p/ana: check the spelling, or embed the folder first');
    expect(code).toBe('ERR_FOLDERS_NOT_IN_CACHE');
    expect(new FoldersNotInCacheError(['/a', '/b', '/c']).message).toContain('in /a (and 2 more): ');
  });
});
