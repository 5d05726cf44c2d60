import {
  type CandidatePlans,
  collectionFormats,
  type FacesetPlan,
  planCandidates,
  planFaceset,
} from '@face-sets/fsz-export';
import type { NamedFaces } from '../folders/faceset-names.js';
import { writeInProgressList } from '../folders/output-folder.js';
import type { ClaimedExport } from './claim-export.js';
import type { ExportSwapInput } from './export-swap-input.js';
import { placesOf } from './faceset-places.js';
import { keepAddedNumbers } from './keep-added-numbers.js';
import { droppedFaces, type KnownPerson, matchFacesets, requireOwnNumbers } from './match-facesets.js';
import { joinMerged } from './merged-facesets.js';

/** What an export is going to make. */
export interface PlannedExport {
  facesets: { plan: FacesetPlan; person: KnownPerson }[];
  /** Undefined where the singletons are not sorted into candidates. */
  candidates: CandidatePlans | undefined;
  /** Ids of the facesets that the refine manifest lists; the others are there since someone was joined to them. */
  refined: ReadonlySet<string>;
  /** Names of the owner's that no faceset got. */
  unused: NamedFaces[];
}

/**
 * Second stage of an export: which number each faceset of the refine manifest has in the output, who it is there, which
 * faces it gets and in which order. Lists the folders that may be written, so that a run after a crash knows them.
 */
export async function planExport(
  input: ExportSwapInput,
  { options, cache, context, folder, earlier, entries, located, owned }: ClaimedExport,
): Promise<PlannedExport> {
  const { out, refine, cacheFile, merge = false } = input;
  const numbered = merge ? refine.facesets : await keepAddedNumbers(out, refine.facesets, earlier, located);
  const joined = await joinMerged(numbered, { out, cache, cacheFile, earlier, located, merge });
  if (merge) requireOwnNumbers(joined, earlier, located);

  const added = new Set([...entries.values()].flatMap((entry) => (entry.added ? [entry.id] : [])));
  const { people, unused } = await matchFacesets(out, joined, owned, { merge, added });
  const facesets = joined.map((faceset, i) => {
    const dropped = droppedFaces(people[i].before, input.drop?.get(faceset.id));
    return { plan: planFaceset(faceset, context, dropped), person: people[i] };
  });
  const plans = facesets.map(({ plan }) => plan);
  const candidates = input.candidates && (await planCandidates(input.candidates, plans, context));

  await writeInProgressList(folder, [
    ...facesets.flatMap(({ plan, person }) => placesOf(plan, person)),
    ...(candidates?.plans ?? []).flatMap(({ plan }) => placesOf(plan)),
    ...collectionFormats(options.formats).map(({ file }) => file),
  ]);
  return { facesets, candidates, refined: new Set(numbered.map(({ id }) => id)), unused };
}
