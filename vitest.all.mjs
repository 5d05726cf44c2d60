import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { settings } from './vitest.shared.mjs';

const roots = ['packages', 'tools'].flatMap((group) =>
  readdirSync(new URL(group, import.meta.url)).map((name) => `${group}/${name}`),
);

/** All projects in one run, for `npm run test:slow` and `npm run coverage`. */
export default defineConfig(({ mode }) => ({
  test: {
    projects: roots.map((root) => ({
      root: fileURLToPath(new URL(root, import.meta.url)),
      test: { ...settings(mode), name: root },
    })),
    passWithNoTests: true,
    watch: false,
    // Suites measure and interrupt other processes: no more of them at a time than `npm test` runs.
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      reporter: ['text-summary', 'json-summary', 'html'],
    },
  },
}));
