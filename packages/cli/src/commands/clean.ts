import { countByCode } from '@face-sets/manifests';
import { type CleanResult, cleanFacesets } from '@face-sets/outputs';
import { Command } from 'commander';
import {
  addCollectionOptions,
  type CollectionOptions,
  cacheOfCollection,
  tellRecovered,
} from '../collection-options.js';
import { openFinder } from '../open-export.js';
import {
  addCommonOptions,
  addModelOptions,
  type CommonOptions,
  type ModelOptions,
  numberBetween,
} from '../options.js';
import { startProgress } from '../progress.js';
import { cacheFile } from '../read-cache.js';
import { capped, count, printResult } from '../result.js';

/** `face-sets clean OUT`. */
export function cleanCommand(): Command {
  const command = addCollectionOptions(new Command('clean'))
    .description('find duplicates and second faces in the facesets of OUT, and take them out with --apply')
    .option(
      '--similarity <cosine>',
      'faces of a faceset that are so similar are near-duplicates',
      numberBetween(0.5, 1),
      0.95,
    )
    .option('--no-audit', 'look for duplicates only, not for second faces in the crops')
    .option('--apply', 'put what was found into faces/_dropped/, and make bundles and manifests anew')
    .option('--dry-run', 'say what would be done, and change nothing (this is the default)');
  return addCommonOptions(addModelOptions(command)).action(async (out: string, options: CleanOptions) => {
    const result = await cleanStep(out, { ...options, apply: options.apply && !options.dryRun });
    const { exported, ...report } = result;
    printResult({ ...report, written: exported?.written ?? [] }, cleanLines(result), options);
  });
}

interface CleanOptions extends CommonOptions, ModelOptions, CollectionOptions {
  similarity: number;
  audit: boolean;
  apply?: boolean;
  dryRun?: boolean;
}

async function cleanStep(out: string, options: CleanOptions): Promise<CleanResult> {
  const { cachePath, format } = await cacheOfCollection(out, options);
  const { cache, finder } = await openFinder(cachePath, { ...options, format });
  const { similarity, audit, apply, quiet = false } = options;
  const progress = startProgress('Cleaning', 'faces', { quiet });
  try {
    const result = await cleanFacesets({
      out,
      cache,
      cacheFile: await cacheFile(cachePath),
      finder,
      similarity,
      audit,
      apply,
      onAudited: (crops, total) => progress.update(crops, total),
      onProgress: ({ faces, totalFaces }) => progress.update(faces, totalFaces),
      onRecovered: tellRecovered(options),
    });
    progress.finish(`Found ${count(result.findings.length, 'face')} to take out`);
    return result;
  } catch (error) {
    progress.stop();
    throw error;
  }
}

function cleanLines({ out, findings, skipped, audited, applied }: CleanResult): string[] {
  const reasons = Object.entries(countByCode(findings.map(({ reason }) => reason)));
  const found = reasons.map(([code, n]) => `${code} ${n}`).join(', ');
  const looked = audited > 0 ? ` (${count(audited, 'crop')} looked at again)` : '';
  return [
    findings.length === 0
      ? `${out}: nothing to clean${looked}`
      : `${out}: ${count(findings.length, 'face')} ${applied ? 'taken out' : 'to take out'}${looked}: ${found}`,
    ...capped(
      findings.map(({ file, reason, stays }) =>
        [`  ${file}: ${reason.code}, ${reason.message}`, ...(stays ? [`; ${stays} stays`] : [])].join(''),
      ),
    ),
    ...skipped.map(({ id, reason }) => `${id} was left alone: ${reason}`),
    ...(findings.length === 0
      ? []
      : applied
        ? [`They are in faces/_dropped/ of their facesets; to take it back: face-sets undo ${out}`]
        : ['Nothing was changed; take them out with --apply']),
  ];
}
