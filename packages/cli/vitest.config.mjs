import { defineConfig } from 'vitest/config';
import { settings } from '../../vitest.shared.mjs';

/** The longest suite waits for processes most of the time, so two of its files run at once, on any machine. */
export default defineConfig(({ mode }) => ({ test: { ...settings(mode), watch: false, maxWorkers: 2 } }));
