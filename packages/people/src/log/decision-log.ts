import { dirname } from 'node:path';
import { LockFile } from '@face-sets/cache-npz';
import {
  type FileSystem,
  isNotFound,
  nodeFileSystem,
  type OpenFile,
  readFully,
  syncFolder,
  writeFully,
} from '@face-sets/files';
import { DecisionLogError } from '../people-errors.js';
import { ContradictionError } from './contradiction-error.js';
import { checkDecision, type Decision, type Saying, type Speaker } from './decision.js';
import { describeDecision } from './describe-decision.js';
import { findContradiction } from './find-contradiction.js';
import { inForce, type Statement } from './in-force.js';
import { formatDecision, type ParsedLog, parseLog } from './parse-log.js';

/** Options of {@link DecisionLog}. */
export interface DecisionLogOptions {
  /** The disk. Default: the real one. */
  fs?: FileSystem;
  /** The time that decisions are given. Default: the clock's. */
  now?: () => Date;
}

/**
 * What people decided, in a file of JSON lines that is only appended to. A decision that {@link append} has returned
 * is on the disk. Other processes may append too: each does it under a lock, to what it finds there then.
 */
export class DecisionLog {
  /** The file, which may not be there yet. */
  readonly path: string;
  readonly #fs: FileSystem;
  readonly #now: () => Date;
  #decisions: Decision[] = [];

  private constructor(path: string, { fs = nodeFileSystem, now = () => new Date() }: DecisionLogOptions) {
    this.path = path;
    this.#fs = fs;
    this.#now = now;
  }

  /**
   * Reads a log. If there is no file, nothing was decided yet; the first {@link append} creates it.
   *
   * @throws DecisionLogError where a line is not a decision, or decisions contradict each other
   */
  static async open(path: string, options: DecisionLogOptions = {}): Promise<DecisionLog> {
    const log = new DecisionLog(path, options);
    log.#decisions = (await log.#read()).decisions;
    return log;
  }

  /** All decisions in order, also reverted ones. */
  get decisions(): readonly Decision[] {
    return this.#decisions;
  }

  /** The decisions in force: see {@link inForce}. */
  get inForce(): Statement[] {
    return inForce(this.#decisions);
  }

  /**
   * Appends decisions, all or none of them, and waits until they are on the disk.
   *
   * @returns them as the log has them now
   * @throws ContradictionError where one contradicts what is in force, an earlier one of these included: none is appended
   * @throws DecisionLogError where one is not a decision, reverts an unknown one, or the log is damaged
   * @throws CacheLockedError while another process appends
   */
  async append(sayings: readonly Saying[], by: Speaker): Promise<Decision[]> {
    const busy = { what: 'the decision log', instead: '' };
    const lock = await LockFile.acquire(this.#fs, `${this.path}.lock`, busy);
    try {
      const { decisions, bytes } = await this.#read();
      const added = this.#number(sayings, by, decisions);
      requireConsistent(decisions, added);
      if (added.length > 0) await this.#write(added.map(formatDecision).join(''), bytes);
      this.#decisions = [...decisions, ...added];
      return added;
    } finally {
      await lock.release();
    }
  }

  #number(sayings: readonly Saying[], by: Speaker, decisions: readonly Decision[]): Decision[] {
    const at = this.#now().toISOString();
    const ids = new Set(decisions.map(({ id }) => id));
    let number = decisions.length;
    return sayings.map((saying) => {
      do number++;
      while (ids.has(`d${number}`));
      const decision = checkDecision({ id: `d${number}`, at, by, ...saying });
      if (typeof decision === 'string') throw new DecisionLogError(`not a decision: ${decision}`);
      const unknown = decision.do === 'revert' ? decision.ids.find((id) => !ids.has(id)) : undefined;
      if (unknown !== undefined) {
        throw new DecisionLogError(
          `there is no decision ${unknown} in ${this.path} that could be taken back`,
        );
      }
      ids.add(decision.id);
      return decision;
    });
  }

  async #read(): Promise<ParsedLog> {
    let file: OpenFile;
    try {
      file = await this.#fs.open(this.path, 'r');
    } catch (error) {
      if (isNotFound(error)) return { decisions: [], bytes: 0 };
      throw error;
    }
    let log: ParsedLog;
    try {
      const content = new Uint8Array((await file.stat()).size);
      log = parseLog(content.subarray(0, await readFully(file, content, 0)), this.path);
    } finally {
      await file.close();
    }
    const contradiction = findContradiction(inForce(log.decisions));
    if (contradiction) {
      throw new DecisionLogError(
        `${this.path}: ${contradiction.ids.join(', ')} contradict each other: ${contradiction.why}; remove one of these lines`,
      );
    }
    return log;
  }

  async #write(text: string, position: number): Promise<void> {
    const isNew = position === 0;
    const file = await this.#fs.open(this.path, isNew ? 'a+' : 'r+', 0o600);
    try {
      // What a crash cut off was confirmed to nobody; a last line that an editor left without an end is whole.
      await file.truncate(position);
      const last = new Uint8Array(1);
      if (!isNew) await readFully(file, last, position - 1);
      const start = isNew || last[0] === 10 ? '' : '\n';
      await writeFully(file, Buffer.from(start + text), position);
      await file.sync();
    } catch (error) {
      // Half a batch would be whole lines of it.
      await file.truncate(position).catch(() => {});
      throw error;
    } finally {
      await file.close();
    }
    if (isNew) await syncFolder(dirname(this.path), this.#fs);
  }
}

/** Throws where one of the added decisions contradicts those before it. */
function requireConsistent(decisions: readonly Decision[], added: readonly Decision[]): void {
  if (!findContradiction(inForce([...decisions, ...added]))) return;
  for (let count = 1; count <= added.length; count++) {
    const all = [...decisions, ...added.slice(0, count)];
    const contradiction = findContradiction(inForce(all));
    if (!contradiction) continue;
    const said = added[count - 1];
    const against = all.filter(({ id }) => id !== said.id && contradiction.ids.includes(id));
    throw new ContradictionError(
      `${contradiction.why}: this contradicts ${against.map(describeDecision).join(' and ')}; take that back first`,
      against,
    );
  }
}
