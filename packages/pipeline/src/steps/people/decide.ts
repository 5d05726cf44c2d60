import { inForce, type Saying } from '@face-sets/people';
import { inCollection } from '../../collection/collection.js';
import { identifyPeople, usedIdentity } from '../../collection/who-is-who.js';
import type { StepOptions } from '../../shared/context.js';
import { type LoggedDecision, loggedDecisions } from './decision-log.js';
import { identified, type OpenPeople } from './open-people.js';
import { type PeopleChanges, peopleChanges } from './people-changes.js';
import { WhoIsMeant } from './who-is-meant.js';

/** What a decision did. */
export interface DecideResult extends PeopleChanges {
  /** The cache. */
  cache: string;
  /** As the log has them now, in words; none where all of it was said before. */
  decisions: LoggedDecision[];
}

/**
 * Appends decisions and finds out who is who with them.
 *
 * @param say what is decided, once people have their current numbers
 * @throws ContradictionError where it cannot hold together with what is in force; nothing is changed then
 */
export async function decide(
  cachePath: string,
  options: StepOptions,
  say: (open: OpenPeople) => Promise<Saying[]>,
): Promise<DecideResult> {
  return inCollection(cachePath, async (collection) => {
    const open = await identified(collection, options);
    const before = collection.people!;
    const known = new Set(inForce(collection.log.decisions).flatMap((decision) => keyOf(decision) ?? []));
    const sayings = (await say(open)).filter((saying) => !known.has(keyOf(saying) ?? ''));
    options.signal?.throwIfAborted();
    const decisions = sayings.length > 0 ? await collection.decide(sayings) : [];
    if (decisions.length > 0) {
      // A setting that was taken back may have changed how people are found. No signal: what is said is done.
      const used = usedIdentity(collection, {});
      const { onEvent } = options;
      await identifyPeople(collection, open.cache, open.cacheSha256, used, { onEvent });
      await collection.save();
    }
    const after = collection.people!;
    const { photos } = open.meant;
    const said = new Set(decisions.map(({ id }) => id));
    const logged = loggedDecisions(collection.log.decisions, new WhoIsMeant(after, photos));
    return {
      cache: cachePath,
      decisions: logged.filter(({ id }) => said.has(id)),
      ...peopleChanges(before, after, photos),
    };
  });
}

/**
 * The same for decisions that say the same; null for those that matter again when they are said again, since a later one
 * takes the place of an earlier one.
 */
function keyOf(saying: Saying): string | null {
  if (['name', 'cover', 'setting', 'revert'].includes(saying.do)) return null;
  const people =
    'people' in saying ? saying.people : 'person' in saying && saying.person ? [saying.person] : [];
  const numbers = people.map(({ number }) => number).sort((a, b) => a - b);
  const faces = 'faces' in saying ? [...saying.faces].sort() : [];
  // People who are told from each other by other faces are parted in another way.
  const parts = saying.do === 'different' ? people.map((person) => person.faces) : [];
  return JSON.stringify([saying.do, numbers, faces, parts]);
}
