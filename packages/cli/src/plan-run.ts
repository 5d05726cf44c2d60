import { count, type RunPlan } from '@face-sets/pipeline';
import { costLine } from './disk-cost.js';

/** The plan for people. */
export function planLines({ out, listed, toOpen, cost }: RunPlan): string[] {
  return [
    `Dry run: nothing is written to ${out}, and no model is loaded.`,
    `Photos    ${count(listed, 'file')}, ${toOpen.toLocaleString('en')} of them not in the cache yet`,
    costLine(cost),
  ];
}
