import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { pythonWith, tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import stringWidth from 'string-width';
import { beforeAll, describe, expect, it } from 'vitest';
import { faceSets } from './face-sets.js';

const BIN = resolve(import.meta.dirname, '../bin/face-sets.js');
const python = process.platform === 'win32' ? null : pythonWith('pty', 'termios');
if (!python) console.warn('skipped: how a run looks in a terminal (no Python with a pty module)');

let run: string[];

beforeAll(async () => {
  const photos = (await toyLibrary('small')).dir;
  run = ['run', photos, '--models', await toyModels()];
  run.push('--min-faces', '3', '--min-blur', '0', '--min-short', '20', '--out');
});

/** What `face-sets` writes to a terminal of so many columns, as it writes it. */
function inTerminal(columns: number, args: readonly string[], env: Record<string, string> = {}) {
  const { CI, NO_COLOR, FORCE_COLOR, ...inherited } = process.env;
  const { stdout, status } = spawnSync(
    python!,
    [join(import.meta.dirname, 'terminal.py'), String(columns), process.execPath, BIN, ...args],
    { env: { ...inherited, TERM: 'xterm-256color', FACE_SETS_MODELS: '', ...env }, encoding: 'utf8' },
  );
  return { screen: stdout, status };
}

/** The lines that were drawn over each other, without colors: what stands between two moves of the cursor. */
function drawn(screen: string): string[] {
  return screen
    .split(/\x1b\[\?2026[hl]|\x1b\[1G|\n/)
    .map((part) => stripVTControlCharacters(part))
    .filter((part) => /^[⠁-⣿] /.test(part));
}

describe.skipIf(!python)('A run in a terminal', () => {
  it.each([50, 80, 200])('of %i columns draws one line at a time that fits, in colors', (columns) => {
    const { screen, status } = inTerminal(columns, [...run, tempDir()]);
    expect(status, screen).toBe(0);
    expect(screen).not.toContain('[ora]');
    expect(screen).toMatch(/\x1b\[3\dm/);
    const lines = drawn(screen);
    for (const line of lines) expect(stringWidth(line), line).toBeLessThan(columns);
    // A stage that begins during another one is shown in its place.
    const stages = lines.map((line) => line.split(' ')[1]);
    const inner = stages.indexOf('Reading');
    expect(stages.indexOf('Exporting')).toBeLessThan(inner);
    expect(stages.lastIndexOf('Exporting')).toBeGreaterThan(inner);
    expect(stripVTControlCharacters(screen)).toMatch(/✔ Exported \d+ facesets/);
    // The cursor is given back.
    expect(screen.lastIndexOf('\x1b[?25h')).toBeGreaterThan(screen.lastIndexOf('\x1b[?25l'));
  });

  it('has no colors with NO_COLOR', () => {
    const { screen } = inTerminal(80, [...run, tempDir()], { NO_COLOR: '1' });
    expect(screen).toContain('Exported');
    expect(screen).not.toMatch(/\x1b\[[\d;]*m/);
  });

  it('moves no cursor on a terminal that does not know its size', () => {
    const { screen, status } = inTerminal(0, [...run, tempDir()]);
    expect(status).toBe(0);
    expect(screen).toContain('Exported');
    expect(screen).not.toContain('\x1b[1G');
  });

  it('moves no cursor on a dumb terminal', () => {
    const { screen } = inTerminal(80, [...run, tempDir()], { TERM: 'dumb' });
    expect(screen).toContain('Exported');
    expect(screen).not.toContain('\x1b');
  });
});

it('A run whose output is piped writes plain lines only', async () => {
  const { stdout, stderr } = await faceSets([...run, tempDir()], { FORCE_COLOR: '1' });
  expect(stdout + stderr).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
});
