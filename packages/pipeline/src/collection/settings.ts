import { DEFAULT_REFINE_OPTIONS } from '@face-sets/cluster';
import { namedOptions } from '@face-sets/manifests';
import type { SettingValue } from '@face-sets/people';
import { DEFAULT_GATES } from '@face-sets/quality';
import { notice, type StepOptions } from '../shared/context.js';
import { defined } from '../shared/defined.js';
import { InvalidOptionsError, option } from '../shared/errors.js';
import type { Collection } from './collection.js';

/** Settings that are numbers. */
const NUMBERS: ReadonlySet<string> = new Set([
  ...Object.keys({ ...DEFAULT_REFINE_OPTIONS, ...DEFAULT_GATES }),
  ...['threshold', 'minClusterSize', 'minSamples'],
]);

/** Options that were set for a collection, by the names that programs use. */
export function rememberedOptions(
  { settings }: Pick<Collection, 'settings'>,
  names: readonly string[],
): Record<string, SettingValue> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = settings[settingName(name)];
      if (value === undefined) return [];
      requireSetting(name, value);
      return [[name, value]];
    }),
  );
}

/** Words that a setting may be; other settings without an entry here are numbers. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  algorithm: ['agglomerative', 'hdbscan'],
  linkage: ['average', 'complete', 'single'],
};

/** Refuses a setting that someone has written into the log by hand and that cannot be. */
function requireSetting(name: string, value: SettingValue): void {
  const words = WORDS[name];
  const isNumber = NUMBERS.has(name);
  if (words ? words.includes(value as string) : !isNumber || (typeof value === 'number' && value >= 0))
    return;
  const expected = words ? words.join(', ') : 'a number';
  throw new InvalidOptionsError(
    `the decision log sets ${settingName(name)} to ${JSON.stringify(value)}: expected ${expected}`,
  );
}

/**
 * Remembers options that a caller gave and that differ from what the collection has, for every later call.
 *
 * @param defaults what the options are where nothing was said
 */
export async function rememberOptions(
  collection: Pick<Collection, 'settings' | 'decide'>,
  given: object,
  defaults: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Promise<void> {
  const { settings } = collection;
  const changed: [string, SettingValue][] = [];
  for (const [name, value] of Object.entries(defined(given))) {
    if (!names.includes(name)) continue;
    const key = settingName(name);
    const before = settings[key] ?? defaults[name];
    if (JSON.stringify(before) !== JSON.stringify(value)) changed.push([key, value as SettingValue]);
  }
  if (changed.length > 0) await collection.decide([{ do: 'setting', settings: Object.fromEntries(changed) }]);
}

/** Tells the caller which remembered options are in use, other than the defaults. */
export function tellRemembered(
  collection: Pick<Collection, 'settings'>,
  given: StepOptions,
  defaults: Readonly<Record<string, unknown>>,
  names: readonly string[],
): void {
  const said = defined(given) as Record<string, unknown>;
  const used = Object.entries(rememberedOptions(collection, names)).filter(
    ([name, value]) => said[name] === undefined && JSON.stringify(value) !== JSON.stringify(defaults[name]),
  );
  if (used.length === 0) return;
  notice(given, `As set before: ${used.map(([name, value]) => `${option(name)} ${value}`).join(', ')}`);
}

function settingName(name: string): string {
  return Object.keys(namedOptions({ [name]: 0 }))[0];
}
