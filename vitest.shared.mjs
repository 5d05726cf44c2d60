import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** One configuration for every project: tests load real models, so the limits are generous. */
export default defineConfig({
  test: {
    globalSetup: [fileURLToPath(new URL('./vitest.global-setup.mjs', import.meta.url))],
    include: ['test/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    passWithNoTests: true,
    watch: false,
    // For the tests that load ONNX Runtime by themselves.
    env: { ORT_DISABLE_TELEMETRY: '1' },
  },
});
