import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { errorText } from '@face-sets/files';
import { z } from 'zod';
import { ImportConfigError } from '../errors.js';
import type { PlanImportOptions } from './import-options.js';
import type { TrustedFolders } from './trusted-people.js';

const folders = z.array(z.string().min(1));
const distance = z.number().min(0).max(2);

/** The settings of an import as a file holds them (JSON). Everything may be left out. */
export const importConfigSchema = z.strictObject({
  /** For editors: the address of a schema. Not read. */
  $schema: z.string().optional(),
  /** Folders that each hold one person's photos. Relative paths are below the file's folder. */
  trusted: folders.optional(),
  /** Folders whose folders each hold one person's photos. */
  trusted_parents: folders.optional(),
  /** Folders with photos of anyone. */
  mixed: folders.optional(),
  /** What people are called, by the path or name of their folder. */
  labels: z.record(z.string(), z.string()).optional(),
  identity_thresholds: z.array(distance).min(1).optional(),
  min_share: z.number().min(0).max(1).optional(),
  mixed_threshold: distance.optional(),
  mixed_margin: distance.optional(),
  same_person_threshold: distance.optional(),
  min_short: z.number().min(0).optional(),
  min_blur: z.number().min(0).optional(),
  min_det_score: z.number().min(0).max(1).optional(),
});

/** The settings of an import. */
export interface ImportConfig {
  trusted: Required<TrustedFolders>;
  mixed: string[];
  /** Those that were given. */
  options: PlanImportOptions;
}

/**
 * Reads a file of settings. Its paths become absolute.
 *
 * @throws ImportConfigError with one line that names the file and the field.
 */
export async function readImportConfig(path: string): Promise<ImportConfig> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const what = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new ImportConfigError(`${path} ${what}: ${errorText(error)}`);
  }
  const result = importConfigSchema.safeParse(value);
  if (!result.success) {
    const [{ path: at, message }] = result.error.issues;
    throw new ImportConfigError(
      `${path}: ${at.length > 0 ? `${at.join('.')}: ` : ''}${message.split('\n')[0]}`,
    );
  }
  const config = result.data;
  const root = dirname(resolve(path));
  const absolute = (list: readonly string[] = []) =>
    list.map((folder) => (isAbsolute(folder) ? folder : join(root, folder)));
  const named = Object.entries(config.labels ?? {}).map(
    ([folder, label]) => [/[\\/]/.test(folder) ? absolute([folder])[0] : folder, label] as const,
  );
  const options: PlanImportOptions = {
    identityThresholds: config.identity_thresholds,
    minShare: config.min_share,
    mixedThreshold: config.mixed_threshold,
    mixedMargin: config.mixed_margin,
    samePersonThreshold: config.same_person_threshold,
    minShort: config.min_short,
    minBlur: config.min_blur,
    minDetScore: config.min_det_score,
  };
  return {
    trusted: {
      folders: absolute(config.trusted),
      parents: absolute(config.trusted_parents),
      labels: named,
    },
    mixed: absolute(config.mixed),
    options: Object.fromEntries(Object.entries(options).filter(([, given]) => given !== undefined)),
  };
}
