import type { Decision } from '@face-sets/people';
import type { StepOptions } from '../../shared/context.js';
import { PipelineError } from '../../shared/errors.js';
import { type DecideResult, decide } from './decide.js';
import { type LoggedDecision, loggedDecisions } from './decision-log.js';

/** What {@link undoDecisions} did. */
export interface UndoDecisionsResult extends DecideResult {
  /** What was taken back. */
  undone: LoggedDecision[];
}

/**
 * Takes decisions back, as if they had never been said.
 *
 * @param ids of the decisions, such as `d12`, also of one that took others back; default: those in force that were said last,
 *   all that were said in one go, but no setting
 * @throws PipelineError where there is nothing to take back, or one is not in force
 */
export async function undoDecisions(
  cachePath: string,
  ids: readonly string[] = [],
  options: StepOptions = {},
): Promise<UndoDecisionsResult> {
  let undone: LoggedDecision[] = [];
  const result = await decide(cachePath, options, async ({ collection, meant }) => {
    const all = collection.log.decisions;
    const logged = loggedDecisions(all, meant);
    undone = ids.length > 0 ? ids.map((id) => named(id, all, logged)) : saidLast(logged);
    if (undone.length === 0) throw new PipelineError('there is no decision to take back');
    return [{ do: 'revert', ids: undone.map(({ id }) => id) }];
  });
  return { ...result, undone };
}

function named(id: string, all: readonly Decision[], logged: readonly LoggedDecision[]): LoggedDecision {
  const found = logged.find((decision) => decision.id === id);
  if (!found) throw new PipelineError(`there is no decision ${id}; the log lists them`);
  if (found.inForce) return found;
  const by = all.filter((decision) => decision.do === 'revert' && decision.ids.includes(id));
  throw new PipelineError(
    `${id} was taken back before, by ${by.map((decision) => decision.id).join(' and ')}`,
  );
}

function saidLast(logged: readonly LoggedDecision[]): LoggedDecision[] {
  const open = logged.filter(
    (decision) => decision.inForce && decision.do !== 'revert' && decision.do !== 'setting',
  );
  const last = open.at(-1);
  // What was taken back to say it, as a change in a folder does, holds again.
  return logged.filter(
    ({ at, by, ...decision }) =>
      at === last?.at && by === last.by && decision.inForce && decision.do !== 'setting',
  );
}
