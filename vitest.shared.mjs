import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/**
 * The settings of every project: tests load real models, so the limits are generous. With `--mode slow`, the suites that
 * kill, interrupt and feed hostile input, `*.slow.test.ts`; else all the others.
 */
export const settings = (mode) => ({
  globalSetup: [fileURLToPath(new URL('./vitest.global-setup.mjs', import.meta.url))],
  include: mode === 'slow' ? ['test/**/*.slow.test.ts'] : ['test/**/*.test.ts'],
  exclude: mode === 'slow' ? [] : ['**/*.slow.test.ts'],
  testTimeout: 180_000,
  hookTimeout: 180_000,
  passWithNoTests: true,
  // For the tests that load ONNX Runtime by themselves.
  env: { ORT_DISABLE_TELEMETRY: '1' },
});

export default defineConfig(({ mode }) => ({ test: { ...settings(mode), watch: false } }));
