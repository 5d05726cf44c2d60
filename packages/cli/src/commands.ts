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
    term: 'run [options] [src...]',
    description:
      'turn photos into facesets in one go: embed, enrich, cluster, refine, export-swap; resumes where it stopped, and remembers folders and options',
    load: async () => (await import('./commands/run.js')).runCommand(),
  },
  {
    name: 'embed',
    term: 'embed [options] <paths...>',
    description:
      'detect and embed every face in SRC… and store them in CACHE (.npz); resumes where it stopped',
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
    description: 'sort the photos in CACHE into one folder per person in OUT',
    load: async () => (await import('./commands/cluster.js')).clusterCommand(),
  },
  {
    name: 'refine',
    term: 'refine [options] <cache> <out>',
    description: 'keep the people with enough good photos, one faceset folder per person in OUT',
    load: async () => (await import('./commands/refine.js')).refineCommand(),
  },
  {
    name: 'extend',
    term: 'extend [options] <cache> <raw-out>',
    description:
      'add new photos in CACHE to an output of cluster; existing people keep their numbers, folder names and faces',
    load: async () => (await import('./commands/extend.js')).extendCommand(),
  },
  {
    name: 'export-swap',
    term: 'export-swap [options] <cache> <refine_manifest> <out>',
    description: 'export each faceset to OUT as ranked single-face crops and .fsz bundles',
    load: async () => (await import('./commands/export-swap.js')).exportSwapCommand(),
  },
  {
    name: 'import-folders',
    term: 'import-folders [options] <cache> <out>',
    description: 'make facesets from folders already sorted by person, and add them to OUT',
    load: async () => (await import('./commands/import-folders.js')).importFoldersCommand(),
  },
  {
    name: 'people',
    term: 'people',
    description: 'list people, name them, correct who is who, and take decisions back',
    load: async () => (await import('./commands/people.js')).peopleCommand(),
  },
  {
    name: 'find',
    term: 'find [options] <paths...>',
    description: 'say who is on photos: the nearest people and photos in OUT, with distances',
    load: async () => (await import('./commands/find.js')).findCommand(),
  },
  {
    name: 'why',
    term: 'why [options] <photo> <out>',
    description: 'explain who is on a photo: distances, every limit passed or failed, and decisions',
    load: async () => (await import('./commands/why.js')).whyCommand(),
  },
  {
    name: 'collect',
    term: 'collect [options] <person> <out>',
    description: 'put all photos of a person into a folder, under their own file names',
    load: async () => (await import('./commands/collect.js')).collectCommand(),
  },
  {
    name: 'eras',
    term: 'eras',
    description: "split a person's faces by age",
    load: async () => (await import('./commands/eras.js')).erasCommand(),
  },
  {
    name: 'consolidate',
    term: 'consolidate [options] <out>',
    description: 'find facesets in OUT that show the same person; merge them with --apply',
    load: async () => (await import('./commands/consolidate.js')).consolidateCommand(),
  },
  {
    name: 'clean',
    term: 'clean [options] <out>',
    description: 'find duplicates and second faces in the facesets in OUT; remove them with --apply',
    load: async () => (await import('./commands/clean.js')).cleanCommand(),
  },
  {
    name: 'undo',
    term: 'undo [options] <out>',
    description: 'undo the last import-folders, eras split, eras extend, consolidate or clean of OUT',
    load: async () => (await import('./commands/undo.js')).undoCommand(),
  },
  {
    name: 'report',
    term: 'report [options] <out>',
    description: 'write a web page that shows an output: OUT/report.html, with thumbnails beside it',
    load: async () => (await import('./commands/report.js')).reportCommand(),
  },
  {
    name: 'dedup',
    term: 'dedup [options] <cache>',
    description:
      'list duplicate photos (identical bytes or visually the same) and the best copy of each in CACHE.duplicates.json',
    load: async () => (await import('./commands/dedup.js')).dedupCommand(),
  },
  {
    name: 'calibrate',
    term: 'calibrate [options] <cache>',
    description: 'suggest a clustering threshold for this library and model; needs no labels',
    load: async () => (await import('./commands/calibrate.js')).calibrateCommand(),
  },
  {
    name: 'evaluate',
    term: 'evaluate [options] <manifest>',
    description: 'compare a cluster or refine manifest with labels you provide',
    load: async () => (await import('./commands/evaluate.js')).evaluateCommand(),
  },
  {
    name: 'merge',
    term: 'merge [options] <paths...>',
    description: 'merge several caches, such as the shards of a library, into the new cache OUT',
    load: async () => (await import('./commands/merge.js')).mergeCommand(),
  },
  {
    name: 'models',
    term: 'models',
    description: 'list, locate and download model packs',
    load: async () => (await import('./commands/models.js')).modelsCommand(),
  },
];
