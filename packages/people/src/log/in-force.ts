import type { Decision } from './decision.js';

/** A decision other than a revert. */
export type Statement = Exclude<Decision, { do: 'revert' }>;

/**
 * The decisions in force: without reverts and what they revert. A revert that was itself reverted has no effect.
 *
 * @param decisions a whole log, in its order
 */
export function inForce(decisions: readonly Decision[]): Statement[] {
  const reverted = new Set<string>();
  const kept: Statement[] = [];
  // A revert speaks of earlier lines only, so from the end it is known of each whether it holds.
  for (let at = decisions.length - 1; at >= 0; at--) {
    const decision = decisions[at];
    if (reverted.has(decision.id)) continue;
    if (decision.do !== 'revert') kept.push(decision);
    else for (const id of decision.ids) reverted.add(id);
  }
  return kept.reverse();
}
