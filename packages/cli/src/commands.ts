import type { Command } from 'commander';

/** A command of `face-sets`: what its help says of it, and its file, which is loaded when it is called. */
export interface CommandEntry {
  name: string;
  /** How it is called, for the list of commands. */
  term: string;
  /** A line on what it does. */
  description: string;
  load(): Promise<Command>;
}

/** The commands in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'run',
    term: 'run [options] <src...>',
    description:
      'photos in, facesets out: embed, enrich, cluster, refine and export-swap, resuming where it stopped',
    load: async () => (await import('./commands/run.js')).runCommand(),
  },
  {
    name: 'embed',
    term: 'embed [options] <paths...>',
    description: 'detect and embed every face below SRC… into CACHE (.npz); goes on where it stopped',
    load: async () => (await import('./commands/embed.js')).embedCommand(),
  },
  {
    name: 'enrich',
    term: 'enrich [options] <cache>',
    description: 'add landmarks and pose to the faces in CACHE that lack them',
    load: async () => (await import('./commands/enrich.js')).enrichCommand(),
  },
  {
    name: 'cluster',
    term: 'cluster [options] <cache> <out>',
    description: 'sort the photos of CACHE into a folder per person below OUT',
    load: async () => (await import('./commands/cluster.js')).clusterCommand(),
  },
  {
    name: 'refine',
    term: 'refine [options] <cache> <out>',
    description: 'keep the people with enough good photos: a faceset folder for each below OUT',
    load: async () => (await import('./commands/refine.js')).refineCommand(),
  },
  {
    name: 'extend',
    term: 'extend [options] <cache> <raw-out>',
    description:
      'add the photos that are new in CACHE to an output of cluster: numbers, folder names and faces of everyone stay',
    load: async () => (await import('./commands/extend.js')).extendCommand(),
  },
  {
    name: 'export-swap',
    term: 'export-swap [options] <cache> <refine_manifest> <out>',
    description: 'export each faceset as ranked single-face crops and .fsz bundles below OUT',
    load: async () => (await import('./commands/export-swap.js')).exportSwapCommand(),
  },
  {
    name: 'import-folders',
    term: 'import-folders [options] <cache> <out>',
    description: 'make facesets of folders that are sorted by person already, and add them to OUT',
    load: async () => (await import('./commands/import-folders.js')).importFoldersCommand(),
  },
  {
    name: 'eras',
    term: 'eras',
    description: 'sort the faces of a person by age',
    load: async () => (await import('./commands/eras.js')).erasCommand(),
  },
  {
    name: 'consolidate',
    term: 'consolidate [options] <out>',
    description: 'find facesets of OUT that are the same person, and merge them with --apply',
    load: async () => (await import('./commands/consolidate.js')).consolidateCommand(),
  },
  {
    name: 'clean',
    term: 'clean [options] <out>',
    description: 'find duplicates and second faces in the facesets of OUT, and take them out with --apply',
    load: async () => (await import('./commands/clean.js')).cleanCommand(),
  },
  {
    name: 'undo',
    term: 'undo [options] <out>',
    description: 'take back the last import-folders, eras split or extend, consolidate or clean of OUT',
    load: async () => (await import('./commands/undo.js')).undoCommand(),
  },
  {
    name: 'report',
    term: 'report [options] <out>',
    description:
      'write a page to look at an output: OUT/report.html, for a browser, with thumbnails beside it',
    load: async () => (await import('./commands/report.js')).reportCommand(),
  },
  {
    name: 'dedup',
    term: 'dedup [options] <cache>',
    description:
      'list the files that hold the same photo, byte for byte or to the eye, and the best of each: CACHE.duplicates.json',
    load: async () => (await import('./commands/dedup.js')).dedupCommand(),
  },
  {
    name: 'calibrate',
    term: 'calibrate [options] <cache>',
    description:
      'suggest a clustering threshold for this library and model, without anyone saying who is who',
    load: async () => (await import('./commands/calibrate.js')).calibrateCommand(),
  },
  {
    name: 'evaluate',
    term: 'evaluate [options] <manifest>',
    description: 'compare the people of a cluster or refine manifest with the truth',
    load: async () => (await import('./commands/evaluate.js')).evaluateCommand(),
  },
  {
    name: 'merge',
    term: 'merge [options] <paths...>',
    description: 'unite caches, such as the shards of a library, into the new cache OUT',
    load: async () => (await import('./commands/merge.js')).mergeCommand(),
  },
  {
    name: 'models',
    term: 'models',
    description: 'which models there are, where they are; fetch them',
    load: async () => (await import('./commands/models.js')).modelsCommand(),
  },
];
