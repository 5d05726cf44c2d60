import { describe, expect, it } from 'vitest';
import { type Decision, inForce, type Saying } from '../../src/index.js';

const said = (id: string, saying: Saying): Decision => ({
  id,
  at: '2026-01-31T12:00:00.000Z',
  by: 'cli',
  ...saying,
});
const name = (id: string) => said(id, { do: 'name', person: { number: 1, faces: [] }, name: id });
const revert = (id: string, ...ids: string[]) => said(id, { do: 'revert', ids });

describe('inForce', () => {
  it('leaves out what was taken back, and what takes back', () => {
    const log = [name('d1'), name('d2'), revert('d3', 'd1'), name('d4')];
    expect(inForce(log).map(({ id }) => id)).toEqual(['d2', 'd4']);
  });

  it('brings back what was taken back when that is taken back, however often', () => {
    const log = [name('d1'), revert('d2', 'd1'), revert('d3', 'd2')];
    expect(inForce(log).map(({ id }) => id)).toEqual(['d1']);
    expect(inForce([...log, revert('d4', 'd3')])).toEqual([]);
  });
});
