import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { seeded, tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { DecisionLog } from '../../src/index.js';

const KILLS = 40;

describe('DecisionLog, when its process is killed again and again', () => {
  it('has everything that was confirmed, and goes on', async () => {
    const path = join(tempDir(), 'faces.decisions.jsonl');
    const random = seeded(7);
    const confirmed = new Set<string>();
    for (let kill = 0; kill < KILLS; kill++) {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'decision-log-child.mjs'), path]);
      let printed = '';
      let refused = '';
      let lines = 1 + Math.floor(random() * 6);
      child.stderr.on('data', (data) => {
        refused += data;
      });
      child.stdout.on('data', (data) => {
        printed += data;
        // At any instant of one of the next appends, not between two.
        if (--lines === 0) setTimeout(() => child.kill('SIGKILL'), random() * 4);
      });
      await once(child, 'close');
      expect(refused).toBe('');
      for (const id of printed.slice(0, printed.lastIndexOf('\n') + 1).split(/\s+/))
        if (id) confirmed.add(id);
      const ids = new Set((await DecisionLog.open(path)).decisions.map(({ id }) => id));
      for (const id of confirmed) expect(ids, `kill ${kill}`).toContain(id);
    }
    expect(confirmed.size).toBeGreaterThan(KILLS);
  }, 600_000);
});
