import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { LockFile } from '@face-sets/cache-npz';
import { nodeFileSystem, readFileIfThere, writeFileAtomic } from '@face-sets/files';
import {
  ContradictionError,
  type Decision,
  DecisionLog,
  formatPeopleFile,
  inForce,
  type PeopleFile,
  parsePeopleFile,
  type Saying,
  type SettingValue,
  type Speaker,
  settingsInForce,
} from '@face-sets/people';
import { requireCache } from '../shared/check-arguments.js';

/** The files beside a cache that say who is who. */
export function collectionFiles(cachePath: string): { decisions: string; people: string; lock: string } {
  return {
    decisions: `${cachePath}.decisions.jsonl`,
    people: `${cachePath}.people.json`,
    lock: `${cachePath}.people.lock`,
  };
}

/** A cache with what people decided, and who was who when that was last found out. */
export class Collection {
  /** The cache, absolute. */
  readonly cachePath: string;
  readonly log: DecisionLog;
  /** Who is who, as far as it was found out; null before the first time. */
  people: PeopleFile | null;
  /** What is on the disk of it. */
  #saved: string | null;

  private constructor(cachePath: string, log: DecisionLog, people: PeopleFile | null) {
    this.cachePath = cachePath;
    this.log = log;
    this.people = people;
    this.#saved = people && formatPeopleFile(people);
  }

  /**
   * Reads what is beside a cache.
   *
   * @throws CacheNotFoundError, DecisionLogError, PeopleFileError
   */
  static async open(cachePath: string): Promise<Collection> {
    await requireCache(cachePath);
    const path = resolve(cachePath);
    const { decisions, people } = collectionFiles(path);
    const bytes = await readFileIfThere(people, { follow: false });
    return new Collection(
      path,
      await DecisionLog.open(decisions),
      bytes === null ? null : parsePeopleFile(bytes.toString('utf8'), people),
    );
  }

  /** Settings that are in force, by their names in snake_case. */
  get settings(): Record<string, SettingValue> {
    return settingsInForce(this.log.decisions);
  }

  /** Digest of the decisions about people and faces that are in force; settings have no part in it. */
  get decisionsSha256(): string {
    const said = inForce(this.log.decisions).filter(
      (decision) => decision.do !== 'setting' || decision.person,
    );
    return sha256(said.map((decision) => JSON.stringify(decision)).join('\n'));
  }

  /** Digest of who is who; null before the first time. */
  get peopleSha256(): string | null {
    return this.people && peopleDigest(this.people);
  }

  /**
   * Appends decisions. What someone has done in a folder is their latest word: of earlier decisions about the same faces that
   * contradict it, these faces are taken out.
   *
   * @throws ContradictionError where it contradicts what is in force
   */
  async decide(sayings: readonly Saying[], by: Speaker = 'cli'): Promise<Decision[]> {
    const said: Saying[] = [...sayings];
    for (;;) {
      try {
        return await this.log.append(said, by);
      } catch (error) {
        if (by !== 'folder' || !(error instanceof ContradictionError)) throw error;
        const amended = withoutFaces(error.decisions, sayings);
        if (!amended) throw error;
        said.unshift(...amended);
      }
    }
  }

  /** Writes who is who, unless that is what is on the disk. To be called with the lock of the collection. */
  async save(): Promise<void> {
    const text = this.people && formatPeopleFile(this.people);
    if (text === null || text === this.#saved) return;
    await writeFileAtomic(collectionFiles(this.cachePath).people, text);
    this.#saved = text;
  }
}

/** What takes faces out of decisions that speak of nothing but faces of a person; null where one speaks of something else. */
function withoutFaces(decisions: readonly Decision[], later: readonly Saying[]): Saying[] | null {
  const faces = new Set(later.flatMap((saying) => ('faces' in saying ? saying.faces : [])));
  const amended: Saying[] = [];
  for (const decision of decisions) {
    if (!('faces' in decision) || !('person' in decision)) return null;
    const rest = decision.faces.filter((face) => !faces.has(face));
    if (rest.length === decision.faces.length) return null;
    const { id, at: _, by: __, ...saying } = decision;
    amended.push({ do: 'revert', ids: [id] });
    if (rest.length > 0) amended.push({ ...saying, faces: rest } as Saying);
  }
  return amended.length > 0 ? amended : null;
}

/** Digest of who is who: the same where the same people have the same faces, names and decisions of their own. */
export function peopleDigest({ people, alone, ignored }: PeopleFile): string {
  return sha256(JSON.stringify({ people, alone, ignored }));
}

/**
 * Reads a collection and runs what changes it: see {@link withCollection}.
 *
 * @throws CacheNotFoundError, DecisionLogError, PeopleFileError, CacheLockedError
 */
export async function inCollection<T>(
  cachePath: string,
  work: (collection: Collection) => Promise<T>,
): Promise<T> {
  await requireCache(cachePath);
  return withCollection(cachePath, async () => work(await Collection.open(cachePath)));
}

const held = new AsyncLocalStorage<ReadonlySet<string>>();

/**
 * Runs what changes a collection while no other process does: one lock, held from what is read to what is written. A step
 * inside of another one has the lock already.
 *
 * @throws CacheLockedError that names who holds the lock
 */
export async function withCollection<T>(cachePath: string, work: () => Promise<T>): Promise<T> {
  const { lock: path } = collectionFiles(resolve(cachePath));
  const locks = held.getStore() ?? new Set();
  if (locks.has(path)) return work();
  const lock = await LockFile.acquire(nodeFileSystem, path, { what: 'this collection', instead: '' });
  try {
    return await held.run(new Set([...locks, path]), work);
  } finally {
    await lock.release();
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
