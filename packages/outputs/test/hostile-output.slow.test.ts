import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { writeReport } from '@face-sets/review';
import { CACHE_FILE, peopleOf, tempDir } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeErasProbe } from '../src/eras/eras-probe-file.js';
import {
  cleanFacesets,
  consolidateFacesets,
  importFolders,
  recordChange,
  splitFacesetEras,
  undoableChanges,
  undoLastChange,
  writePersonFolders,
} from '../src/index.js';
import { SMALL, type SmallCollection, smallCollection } from './small-collection.js';

/** What must not get out of the files of the user. */
const SECRET = 'PRIVATE-7f3a9c';
/** A file of the user's that has another name in some outputs. */
const LINKED = 'linked.txt';
const STORE = '.face-sets-undo';
const GATES = { minShort: 10, minBlur: 0, minDetScore: 0 };

/** A folder as somebody else might hand it on, beside the files of the one who gets it. */
interface Planted {
  /** The output. */
  out: string;
  /** The user's own files. */
  canary: string;
}

let people: SmallCollection;
let base: string;

beforeAll(async () => {
  base = tempDir('hostile-base');
  people = await smallCollection(base, [6, 4, 4]);
  const rows = people.rowsOf;
  await people.export([
    { id: 'faceset_001', rows: rows[0].slice(0, 3) },
    { id: 'faceset_002', rows: rows[1] },
    { id: 'faceset_003', rows: rows[0].slice(3) },
  ]);
});

/** An output, and a home folder beside it with whatever an attacker would like to have. */
function plantBase(): Planted {
  const root = tempDir('hostile');
  const [out, canary] = [join(root, 'swap'), join(root, 'home')];
  cpSync(people.out, out, { recursive: true, preserveTimestamps: true });
  for (const folder of ['.ssh', 'photos/2019', 'years', 'crops', 'thumbs', 'empty']) {
    mkdirSync(join(canary, folder), { recursive: true, mode: 0o700 });
  }
  const put = (name: string, text: string, mode = 0o644) =>
    writeFileSync(join(canary, name), `${text}\n${SECRET}\n`, { mode });
  put('.bashrc', '# mine');
  put('.ssh/id_rsa', 'KEY', 0o600);
  put('.ssh/authorized_keys', 'ssh-ed25519 AAAA', 0o600);
  put('photos/2019/a.jpg', 'photo');
  put('thumbs/0123456789abcdef01234567.webp', 'thumbnail');
  put('names.json', '[]', 0o600);
  put(LINKED, 'linked', 0o600);
  for (let year = 2005; year <= 2020; year++) {
    mkdirSync(join(canary, 'years', String(year), 'files'), { recursive: true });
    put(`years/${year}/b.jpg`, 'photo');
    put(`years/${year}/files/0`, 'photo');
  }
  // Another export of the user's, and a crop that looks like one of this output.
  cpSync(people.out, join(canary, 'export'), { recursive: true, preserveTimestamps: true });
  const crop = readFileSync(join(out, 'faceset_001', 'faces', pngsOf(out)[0]));
  for (const name of pngsOf(out)) {
    writeFileSync(join(canary, 'crops', name), Buffer.concat([crop, Buffer.from(SECRET)]), { mode: 0o600 });
  }
  for (const name of readdirSync(canary)) utimesSync(join(canary, name), 1.5e9, 1.5e9);
  return { out, canary };
}

const pngsOf = (out: string) => readdirSync(join(out, 'faceset_001', 'faces'));

/** Everything of a tree that could be told apart: inode, links, mode, time, content. */
function state(root: string, at = ''): string[] {
  const info = lstatSync(join(root, at), { bigint: true });
  const { ino, nlink, mode, mtimeNs } = info;
  const what = info.isSymbolicLink()
    ? readlinkSync(join(root, at))
    : info.isFile()
      ? readFileSync(join(root, at), 'base64')
      : '';
  const names = info.isDirectory() ? readdirSync(join(root, at)).sort() : [];
  return [
    // A second name that an attacker has given to a file may go.
    [at, ino, at === LINKED ? 0n : nlink, mode, mtimeNs, what].join(' '),
    ...names.flatMap((name) => state(root, join(at, name))),
  ];
}

/** Inodes of all files below a folder, by path; links are not followed. */
function inodes(root: string, at = ''): Map<string, bigint> {
  const found = new Map<string, bigint>();
  for (const name of readdirSync(join(root, at))) {
    const path = join(at, name);
    const info = lstatSync(join(root, path), { bigint: true });
    if (info.isFile()) found.set(path, info.ino);
    if (info.isDirectory()) for (const [below, ino] of inodes(root, path)) found.set(below, ino);
  }
  return found;
}

/** Files of an output that hold something of the user's own files, but for those that were planted. */
function stolen(out: string, canary: string, planted: ReadonlyMap<string, bigint>): string[] {
  const [private_, known] = [new Set(inodes(canary).values()), new Set(planted.values())];
  return [...inodes(out)].flatMap(([name, ino]) => {
    if (known.has(ino)) return [];
    return private_.has(ino) || readFileSync(join(out, name)).includes(SECRET) ? [name] : [];
  });
}

const json = (path: string, value: unknown) => {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, JSON.stringify(value));
};
const fifo = (path: string) => {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(join(path, '..'), { recursive: true });
  execFileSync('mkfifo', [path]);
};
/** A link in the place of whatever is there. */
const link = (target: string, path: string) => {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(join(path, '..'), { recursive: true });
  symlinkSync(target, path);
};
const edit = (path: string, change: (value: never) => void) => {
  const value = JSON.parse(readFileSync(path, 'utf8'));
  change(value as never);
  writeFileSync(path, JSON.stringify(value));
};
const FILE = { type: 'file', mode: 0o666, size: 5, mtime: '1600000000000000000', inode: '7' };
const FOLDER = { type: 'folder', mode: 0o777, inode: '8' };

/** A change that was interrupted, or one that is done, whose records say what they like. */
function change(out: string, entries: object[], saved = true): void {
  const open = join(out, STORE, '0009.open');
  json(join(open, 'before.json'), { version: 1, operation: 'evil', entries });
  mkdirSync(join(open, 'files'), { recursive: true });
  if (saved) for (const name of ['0', '1']) writeFileSync(join(open, 'files', name), 'evil\n');
}
function done(out: string, changes: object[], folders: object[] = [], state = ''): void {
  const path = join(out, STORE, `0009${state}`);
  json(join(path, 'change.json'), {
    version: 1,
    operation: 'evil',
    at: '2024-01-01T00:00:00.000Z',
    changes,
    folders,
  });
  mkdirSync(join(path, 'files'), { recursive: true });
  for (const name of ['0', '1']) writeFileSync(join(path, 'files', name), 'evil\n');
}
const file = (path: string, more: object = {}, saved = '0') => ({ path, entry: { ...FILE, ...more }, saved });

type Shape = (planted: Planted) => void;
const BAD_PATHS = [
  '../home/.bashrc',
  '../home/new.txt',
  'faceset_001/../../home/.bashrc',
  './../home/.bashrc',
  'faceset_001//../../home/.bashrc',
  '..',
  '.',
  '',
  `${STORE}/0001`,
  `${STORE.toUpperCase()}/0001/change.json`,
  'a\0b',
];

const SHAPES: Record<string, Shape> = {
  ...Object.fromEntries(
    BAD_PATHS.flatMap((path): [string, Shape][] => [
      [`an interrupted change with the path ${JSON.stringify(path)}`, ({ out }) => change(out, [file(path)])],
      [
        `a done change with the path ${JSON.stringify(path)}`,
        ({ out }) => done(out, [{ path, before: FILE, saved: '0' }]),
      ],
    ]),
  ),
  'an interrupted change with an absolute path': ({ out, canary }) =>
    change(out, [file(join(canary, '.bashrc')), file(join(canary, '.ssh', 'authorized_keys'))]),
  'an interrupted undo with an absolute path': ({ out, canary }) =>
    done(out, [{ path: join(canary, '.bashrc'), before: FILE, saved: '0' }], [], '.undo'),
  'a done change that removes an absolute path': ({ out, canary }) =>
    done(out, [{ path: join(canary, '.bashrc'), after: { ...FILE, size: 22 } }]),
  'an interrupted change that takes a private file for a saved one': ({ out }) =>
    change(out, [
      file('got', {}, '../../../../home/.ssh/id_rsa'),
      file('got2', {}, '../../../../home/.ssh/id_rsa'),
    ]),
  'an interrupted change with an absolute saved file': ({ out, canary }) =>
    change(out, [file('got', {}, join(canary, '.ssh', 'id_rsa'))]),
  'an interrupted change whose saved file is a link': ({ out, canary }) => {
    change(out, [file('got')], false);
    symlinkSync(join(canary, '.ssh', 'id_rsa'), join(out, STORE, '0009.open', 'files', '0'));
  },
  'an interrupted change whose saved file is a hard link': ({ out, canary }) => {
    change(out, [file('got')], false);
    linkSync(join(canary, LINKED), join(out, STORE, '0009.open', 'files', '0'));
  },
  'a done change whose saved file is a hard link': ({ out, canary }) => {
    const { size, mtimeMs } = lstatSync(join(canary, LINKED));
    const before = { ...FILE, size, mtime: `${Math.round(mtimeMs)}000000` };
    done(out, [{ path: 'got', before, saved: '0' }]);
    rmSync(join(out, STORE, '0009', 'files', '0'));
    linkSync(join(canary, LINKED), join(out, STORE, '0009', 'files', '0'));
  },
  'an interrupted change whose saved files are a link': ({ out, canary }) => {
    change(out, [file('got')], false);
    link(join(canary, 'years', '2005', 'files'), join(out, STORE, '0009.open', 'files'));
  },
  'an interrupted change that makes a file run as its owner': ({ out }) =>
    change(out, [file('got', { mode: 0o4777 })]),
  'an interrupted change with a mode that is text': ({ out }) => change(out, [file('got', { mode: '0666' })]),
  'an interrupted change with numbers that are none': ({ out }) =>
    change(out, [file('got', { size: 1e300, mtime: 'soon' }), file('got2', { mtime: '1e9', inode: -1 })]),
  'an interrupted change that writes through a link that it makes': ({ out, canary }) =>
    change(out, [{ path: 'x', entry: { type: 'link', target: canary } }, file('x/.bashrc'), file('x/new')]),
  'an interrupted change that writes through a link that is there': ({ out, canary }) => {
    link(canary, join(out, 'x'));
    change(out, [file('x/.bashrc'), file('x/new'), { path: 'x/empty', entry: FOLDER }]);
  },
  'an interrupted change that writes through a link below a faceset': ({ out, canary }) => {
    link(join(canary, '.ssh'), join(out, 'faceset_001', 'faces'));
    change(out, [file('faceset_001/faces/authorized_keys'), file('faceset_001/faces/id_rsa')]);
  },
  'an interrupted change that opens a folder through a link': ({ out, canary }) => {
    link(canary, join(out, 'x'));
    change(out, [{ path: 'x/.ssh', entry: FOLDER }]);
  },
  'an interrupted undo that writes through a link': ({ out, canary }) => {
    link(canary, join(out, 'x'));
    done(out, [{ path: 'x/.bashrc', before: FILE, saved: '0' }], [], '.undo');
  },
  'a done change whose folders are elsewhere': ({ out }) =>
    done(
      out,
      [{ path: 'got', before: FILE, saved: '0' }],
      [{ path: '../home', inode: '1', id: 'faceset_001' }],
    ),
  'records that are links': ({ out, canary }) => {
    link(join(canary, '.ssh', 'id_rsa'), join(out, STORE, '0009.open', 'before.json'));
    link(join(canary, '.ssh', 'id_rsa'), join(out, STORE, '0008', 'change.json'));
  },
  'records that are pipes': ({ out }) => {
    fifo(join(out, STORE, '0009.open', 'before.json'));
    fifo(join(out, STORE, '0008', 'change.json'));
  },
  'a record that is no record': ({ out }) => {
    json(
      join(out, STORE, '0009.open', 'before.json'),
      JSON.parse('{"__proto__":{"entries":[]},"version":1}'),
    );
  },
  'changes that are links': ({ out, canary }) => {
    for (const [i, state] of ['.new', '.open', '', '.undo', '.gone'].entries()) {
      link(join(canary, 'years', '2005'), join(out, STORE, `000${i + 1}${state}`));
    }
  },
  'forgotten changes whose files are a link': ({ out, canary }) => {
    for (const state of ['.new', '.gone']) {
      link(join(canary, 'years', '2005', 'files'), join(out, STORE, `0009${state}`, 'files'));
    }
  },
  'a store that is a link to a folder of years': ({ out, canary }) =>
    link(join(canary, 'years'), join(out, STORE)),
  'a store that is a link to a folder': ({ out, canary }) => link(join(canary, 'empty'), join(out, STORE)),
  'a store that is a pipe': ({ out }) => fifo(join(out, STORE)),
  'a lock that is a link': ({ out, canary }) => link(join(canary, '.bashrc'), join(out, STORE, 'lock')),
  'a lock that is a pipe': ({ out }) => fifo(join(out, STORE, 'lock')),
  'a folder that stepped aside from the folder above': ({ out }) => {
    for (const name of ['..', '.', '']) {
      mkdirSync(join(out, `.face-sets-tmp-old-${name}`), { recursive: true });
      writeFileSync(join(out, `.face-sets-tmp-old-${name}`, '.profile'), 'evil');
    }
  },
  'temporary folders that are links': ({ out, canary }) => {
    link(canary, join(out, '.face-sets-tmp-0123456789ab'));
    link(join(canary, 'export', 'faceset_002'), join(out, '.face-sets-tmp-old-faceset_002'));
    link(canary, join(out, '_thin'));
  },
  'kept names with a folder elsewhere': ({ out }) => {
    const { faces } = JSON.parse(readFileSync(join(out, 'faceset_002', 'manifest.json'), 'utf8'));
    const keys = faces.map(
      (face: { sha256: string; bbox: number[] }) => `${face.sha256}:${face.bbox.map(Math.round)}`,
    );
    json(join(out, '.face-sets-names.json'), [{ text: null, folder: '../home/evil', keys }]);
    rmSync(join(out, 'faceset_002'), { recursive: true });
  },
  'kept names that are a link': ({ out, canary }) =>
    link(join(canary, 'names.json'), join(out, '.face-sets-names.json')),
  'kept names that are a pipe': ({ out }) => fifo(join(out, '.face-sets-names.json')),
  'a list of files elsewhere': ({ out, canary }) =>
    json(join(out, '.face-sets-files.json'), {
      kind: 'export-swap',
      files: ['../home/.bashrc', join(canary, '.bashrc'), '../home/export/faceset_001', '..'],
    }),
  'a list of files that is a pipe': ({ out }) => fifo(join(out, '.face-sets-files.json')),
  ...Object.fromEntries(
    ['_merged', '_import', '_eras', '_report', '_candidates', '_thin'].flatMap((name): [string, Shape][] => [
      [`a link in the place of ${name}`, ({ out, canary }) => link(join(canary, 'empty'), join(out, name))],
      [
        `a link to an export of the user's in the place of ${name}`,
        ({ out, canary }) => {
          link(join(canary, 'export'), join(out, name));
          edit(join(out, 'manifest.json'), ({ facesets }: { facesets: { folder: string }[] }) => {
            for (const entry of facesets) entry.folder = `${name}/${basename(entry.folder)}`;
          });
          for (const id of ['faceset_001', 'faceset_002']) rmSync(join(out, id), { recursive: true });
        },
      ],
    ]),
  ),
  'links in the place of thumbnails and their folders': ({ out, canary }) => {
    mkdirSync(join(out, '_report'));
    for (let i = 0; i < 256; i++) {
      symlinkSync(join(canary, 'thumbs'), join(out, '_report', i.toString(16).padStart(2, '0')));
    }
  },
  'a link in the place of the eras of a faceset': ({ out, canary }) =>
    link(join(canary, 'empty'), join(out, '_eras', 'faceset_001')),
  'a link in the place of probes': ({ out, canary }) =>
    link(join(canary, 'empty'), join(out, '_report', 'eras')),
  "a link to a faceset of the user's": ({ out, canary }) =>
    link(join(canary, 'export', 'faceset_002'), join(out, 'faceset_002')),
  'a link in the place of the crops of a faceset': ({ out, canary }) =>
    link(join(canary, 'crops'), join(out, 'faceset_001', 'faces')),
  'links in the place of crops': ({ out, canary }) => {
    for (const name of pngsOf(out))
      link(join(canary, 'crops', name), join(out, 'faceset_001', 'faces', name));
  },
  'pipes in the place of crops': ({ out }) => {
    for (const name of pngsOf(out)) fifo(join(out, 'faceset_001', 'faces', name));
  },
  'a NAME.txt that is a link': ({ out, canary }) =>
    link(join(canary, '.ssh', 'id_rsa'), join(out, 'faceset_001', 'NAME.txt')),
  'a manifest that lists files elsewhere': ({ out }) =>
    edit(join(out, 'faceset_001', 'manifest.json'), (manifest: { bundles: { file: string }[] }) => {
      for (const bundle of manifest.bundles) bundle.file = '../../home/.bashrc';
    }),
  'a manifest whose crops are elsewhere': ({ out, canary }) =>
    edit(join(out, 'faceset_001', 'manifest.json'), (manifest: { faces: { file: string }[] }) => {
      for (const face of manifest.faces) face.file = join(canary, 'crops', basename(face.file));
    }),
  'a manifest whose crops are in a folder that is a link': ({ out, canary }) => {
    link(join(canary, 'crops'), join(out, 'faceset_001', 'x'));
    edit(
      join(out, 'faceset_001', 'manifest.json'),
      (manifest: { faces: { file: string }[]; name?: string }) => {
        for (const face of manifest.faces) face.file = `x/${basename(face.file)}`;
        // So that its files are to be renamed.
        manifest.name = 'Someone';
      },
    );
  },
  'an output whose facesets are in a folder that is a link': ({ out, canary }) => {
    link(join(canary, 'export'), join(out, 'x'));
    edit(join(out, 'manifest.json'), (manifest: { facesets: { folder: string; id: string }[] }) => {
      const [first] = manifest.facesets;
      manifest.facesets.push({ ...first, id: 'faceset_009', folder: 'x/faceset_001' });
    });
  },
  'merged facesets that are elsewhere': ({ out }) =>
    edit(join(out, 'manifest.json'), (manifest: { merged?: object[] }) => {
      manifest.merged = [{ id: 'faceset_008', into: 'faceset_001', folder: '../home/export/faceset_001' }];
    }),
  'merged facesets behind a link': ({ out, canary }) => {
    link(join(canary, 'export'), join(out, '_merged'));
    edit(join(out, 'manifest.json'), (manifest: { merged?: object[] }) => {
      manifest.merged = [{ id: 'faceset_008', into: 'faceset_001', folder: '_merged/faceset_002' }];
    });
  },
  'a label that leads elsewhere': ({ out }) =>
    edit(join(out, 'faceset_001', 'manifest.json'), (manifest: { label?: string }) => {
      manifest.label = '../../home/evil';
    }),
  'embedding files that are links': ({ out, canary }) => {
    for (const name of ['visomaster_embeddings.json', 'merged_embeddings.txt']) {
      link(join(canary, '.bashrc'), join(out, name));
    }
    edit(join(out, 'manifest.json'), (manifest: { embedding_files?: object[] }) => {
      manifest.embedding_files = [
        { format: 'rope', file: '../home/.bashrc', facesets: [] },
        { format: 'visomaster', file: 'visomaster_embeddings.json', facesets: [] },
      ];
    });
  },
  'manifests that are links': ({ out, canary }) => {
    link(join(canary, 'names.json'), join(out, 'manifest.json'));
    link(join(canary, 'export', 'faceset_001', 'manifest.json'), join(out, 'faceset_001', 'manifest.json'));
  },
  'manifests that are pipes': ({ out }) => {
    fifo(join(out, 'faceset_001', 'manifest.json'));
    fifo(join(out, 'manifest.json'));
  },
  'a page that is a link': ({ out, canary }) => link(join(canary, '.bashrc'), join(out, 'report.html')),
  'a page that is a pipe': ({ out }) => fifo(join(out, 'report.html')),
};

const facesetsOf = (rows: number[][]) => [
  { id: 'faceset_001', rows: rows[0].slice(0, 2) },
  { id: 'faceset_002', label: 'Ann', rows: rows[1] },
];

/** Everything that takes an output of facesets. */
const COMMANDS: Record<string, (out: string) => Promise<unknown>> = {
  undo: (out) => undoLastChange(out),
  'undo --list': (out) => undoableChanges(out),
  'export-swap': (out) => people.export(facesetsOf(people.rowsOf), { out, options: { padRatio: 0.4 } }),
  'export-swap under another name': (out) =>
    people.export(
      facesetsOf(people.rowsOf).map((one) => ({ ...one, label: 'Bob' })),
      { out, merge: true },
    ),
  'an import': (out) => {
    const { cache, finder } = people;
    return importFolders({
      ...{ out, cache, cacheFile: CACHE_FILE, finder, options: SMALL, sorting: GATES },
      trusted: [{ label: 'Cleo', folders: [join(base, 'photos', '2')] }],
    });
  },
  'clean --apply': (out) => {
    const { cache, finder } = people;
    return cleanFacesets({
      ...{ out, cache, cacheFile: CACHE_FILE, finder },
      apply: true,
      similarity: 0.9,
    });
  },
  consolidate: (out) => {
    const { cache, finder } = people;
    return consolidateFacesets({
      ...{ out, cache, cacheFile: CACHE_FILE, finder },
      only: ['faceset_001', 'faceset_003'],
    });
  },
  'eras split': (out) => {
    const { cache, finder } = people;
    return splitFacesetEras({
      ...{ out, cache, cacheFile: CACHE_FILE, finder, options: SMALL, gates: GATES },
      facesetId: 'faceset_001',
      split: { minAnchor: 2, subThreshold: 0.2 },
      readYears: async () => new Map(),
    });
  },
  'eras probe': (out) => writeErasProbe(out, { faceset: 'faceset_001' } as never),
  report: (out) => writeReport(out),
  'twelve changes': async (out) => {
    for (let i = 0; i < 12; i++) {
      await recordChange(out, 'change', async () => writeFileSync(join(out, `note-${i}.txt`), String(i)));
    }
  },
};

describe.skipIf(process.platform === 'win32')('An output of facesets from somebody else', () => {
  it.each(Object.entries(SHAPES))(
    'with %s reaches nothing of the user’s, whatever is done with it',
    async (shape, plant) => {
      for (const [name, run] of Object.entries(COMMANDS)) {
        const planted = plantBase();
        plant(planted);
        const { out, canary } = planted;
        const before = state(canary);
        const above = readdirSync(join(out, '..')).sort();
        const already = inodes(out);
        const failed = await run(out).then(
          () => null,
          (error) => error,
        );
        // What is refused is refused with a reason, and not by an accident.
        if (failed) expect(failed.constructor.name, `${name}: ${failed.stack}`).not.toBe('TypeError');
        expect(state(canary), name).toEqual(before);
        expect(readdirSync(join(out, '..')).sort(), name).toEqual(above);
        // Who could link a file into the folder had it there before.
        if (!shape.includes('hard link')) expect(stolen(out, canary, already), name).toEqual([]);
      }
    },
  );

  it('and with folders of its own that are called like changes keeps them', async () => {
    const { out } = plantBase();
    for (let year = 2005; year <= 2020; year++) {
      mkdirSync(join(out, STORE, String(year), 'files'), { recursive: true });
      writeFileSync(join(out, STORE, String(year), 'a.jpg'), 'photo');
      writeFileSync(join(out, STORE, String(year), 'files', 'b.jpg'), 'photo');
    }
    const before = state(join(out, STORE)).slice(1);
    await COMMANDS['twelve changes'](out);
    await undoLastChange(out);
    await COMMANDS['export-swap'](out);
    const after = state(join(out, STORE));
    expect(after.filter((line) => before.includes(line))).toEqual(before);
  });

  it('is still one that the changes of its owner can be taken back in', async () => {
    const { out, canary } = plantBase();
    await COMMANDS.consolidate(out);
    expect(existsSync(join(out, '_merged'))).toBe(true);
    await undoLastChange(out);
    expect(existsSync(join(out, '_merged'))).toBe(false);
    expect(existsSync(canary)).toBe(true);
  });
});

/** Where outputs of placed photos come from somebody else. */
const PLACED: Record<string, Shape> = {
  ...Object.fromEntries(
    ['person_001', '_singletons', '_noface', '_report', 'person_009'].map((name): [string, Shape] => [
      `a link in the place of ${name}`,
      ({ out, canary }) => link(join(canary, 'empty'), join(out, name)),
    ]),
  ),
  'a list of files elsewhere': ({ out, canary }) =>
    json(join(out, '.face-sets-files.json'), {
      kind: 'cluster',
      files: ['../home/.bashrc', join(canary, '.bashrc'), 'x/.bashrc', '..'],
    }),
  'a list of files behind a link': ({ out, canary }) => {
    link(canary, join(out, 'x'));
    json(join(out, '.face-sets-files.json'), { kind: 'cluster', files: ['x/.bashrc', 'x/.ssh/id_rsa'] });
  },
  'a manifest that lists files elsewhere': ({ out }) =>
    edit(join(out, 'manifest.json'), (manifest: { singletons: { files: string[] }[] }) => {
      manifest.singletons[0].files = ['../home/.bashrc'];
    }),
  'a manifest that lists files behind a link': ({ out, canary }) => {
    link(canary, join(out, 'x'));
    edit(join(out, 'manifest.json'), (manifest: { singletons: { files: string[] }[] }) => {
      manifest.singletons[0].files = ['x/.bashrc', 'x/.ssh/id_rsa'];
    });
  },
  'a manifest whose person is in a folder that is a link': ({ out, canary }) => {
    link(join(canary, 'empty'), join(out, 'x'));
    edit(
      join(out, 'manifest.json'),
      (manifest: { people: { folder: string; faces: { files: string[] }[] }[] }) => {
        manifest.people[0].folder = 'x';
        for (const face of manifest.people[0].faces)
          face.files = face.files.map((name) => `x/${basename(name)}`);
      },
    );
  },
};

describe.skipIf(process.platform === 'win32')('An output of placed photos from somebody else', () => {
  const labels = () => people.rowsOf.flatMap((rows, who) => rows.map(() => who));
  const place = (out: string, changed = labels()) =>
    writePersonFolders({
      cache: people.cache,
      cacheFile: CACHE_FILE,
      people: peopleOf(people.cache, changed),
      out,
      options: {},
    });

  it.each(Object.entries(PLACED))(
    'with %s reaches nothing of the user’s, whatever is done with it',
    async (_, plant) => {
      const runs: ((out: string) => Promise<unknown>)[] = [
        (out) => place(out),
        (out) => place(out, [9, ...labels().slice(1)]),
        (out) => writeReport(out),
      ];
      for (const run of runs) {
        const planted = plantBase();
        const { out, canary } = planted;
        rmSync(out, { recursive: true });
        await place(out, [...labels().slice(0, -1), 7]);
        plant(planted);
        const before = state(canary);
        const already = inodes(out);
        await run(out).catch((error) => expect(error.constructor.name, error.stack).not.toBe('TypeError'));
        expect(state(canary)).toEqual(before);
        expect(readdirSync(join(out, '..')).sort()).toEqual(['home', 'swap']);
        expect(stolen(out, canary, already)).toEqual([]);
      }
    },
  );
});
