import { facesetIdOf, type OptionValues, type RefineManifest, recordedOptions } from '@face-sets/manifests';
import type { RefineOutcome } from '@face-sets/outputs';
import { type Decision, inForce } from '@face-sets/people';
import { notice, type StepOptions } from '../shared/context.js';
import { count } from '../shared/count.js';
import { NeedsConsentError, option } from '../shared/errors.js';
import type { KnownPeople } from './who-is-who.js';

/** Names that are said before the rest is counted. */
const MOST_NAMES = 5;

/**
 * Tells the caller which facesets of an output go because limits have changed, and refuses to let those go that have a name
 * or are exported, unless the caller agrees.
 *
 * @param decisions the whole log: whom someone joined to another or put aside goes by that
 * @param options   as the facesets are about to be made
 * @throws NeedsConsentError
 */
export function requireConsent(
  before: RefineManifest,
  outcomes: readonly RefineOutcome[],
  { people }: Pick<KnownPeople, 'people'>,
  decisions: readonly Decision[],
  options: OptionValues,
  given: StepOptions & { yes?: boolean; exported?: ReadonlySet<string> },
): void {
  const was = recordedOptions(before.options, options);
  const changed = Object.entries(was).filter(([name, value]) => String(value) !== String(options[name]));
  if (changed.length === 0) return;
  const stay = new Set(outcomes.flatMap((outcome) => ('faceset' in outcome ? [outcome.faceset] : [])));
  const ignored = people.filter((person) => person.ignored).map(({ number }) => number);
  const same = inForce(decisions).flatMap((decision) =>
    decision.do === 'same' && 'people' in decision ? decision.people.map(({ number }) => number) : [],
  );
  const decided = new Set([...same, ...ignored].map(facesetIdOf));
  const ids = new Set([...stay].map(facesetIdOf));
  const gone = before.facesets.filter(({ id }) => !ids.has(id) && !decided.has(id));
  if (gone.length === 0) return;
  const change = changed.map(([name, value]) => `${option(name)} ${value} → ${options[name]}`).join(', ');
  const named = gone.filter(({ label }) => label !== undefined);
  const exported = gone.filter(({ id, label }) => label === undefined && given.exported?.has(id));
  const parts = [
    ...(named.length > 0
      ? [`${named.length} with a name (${listed(named.map(({ label }) => label!))})`]
      : []),
    ...(exported.length > 0 ? [`${exported.length} exported`] : []),
  ];
  const what = `${change}: ${count(gone.length, 'faceset')} would go${parts.length > 0 ? `, of these ${parts.join(' and ')}` : ''}`;
  if (parts.length > 0 && !given.yes) {
    throw new NeedsConsentError(`${what}; to let them go, repeat with ${option('yes')}`);
  }
  notice(given, what.replace('would go', 'go'));
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return more > 0 ? `${names.slice(0, MOST_NAMES).join(', ')} and ${more} more` : names.join(', ');
}
