import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { sep } from 'node:path';
import { REPORT_MARK } from '@face-sets/files';
import { escapeHtml } from './escape-html.js';
import { addressFrom, encodedName } from './report-links.js';
import type { ReportFace, ReportGroup, ReportModel } from './report-model.js';

const ASSETS = new URL('../assets/', import.meta.url);
/** The page's style, in the order in which rules override each other. */
const STYLES = ['theme', 'frame', 'sections', 'tiles', 'dialog', 'media'];
/** The page's program, in the order in which the parts need each other. */
const SCRIPTS = [
  ...['dom', 'data', 'view', 'charts', 'eras', 'tile-parts', 'tiles', 'sections', 'dialog'],
  ...['controls', 'main'],
];

/** A link to another page, such as the report of an earlier step. */
export interface ReportLink {
  label: string;
  /** Relative to the page with `/`. */
  file: string;
}

/** What the page needs beside the model. */
export interface PageInput {
  model: ReportModel;
  /** The thumbnail of each face in the order of the groups, relative with `/`, or null. */
  thumbnails: readonly (string | null)[];
  links: readonly ReportLink[];
  /** Folder of the page: photos are linked from there. */
  root: string;
}

/**
 * The page, in pieces: everything inlined but the thumbnails. A content security policy forbids all requests but
 * for pictures beside the page. What comes from outside (names, paths, messages) is only in a block of JSON in
 * which no `<` is left, and the page's program puts it in as text.
 */
export async function* reportPage({ model, thumbnails, links, root }: PageInput): AsyncGenerator<string> {
  const style = (await readAssets(STYLES, 'css')).join('\n');
  const script = (await readAssets(SCRIPTS, 'js')).map(withoutModuleSyntax).join('\n');
  const policy = [
    "default-src 'none'",
    "img-src 'self' file: data:",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${REPORT_MARK}
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="icon" href="data:,">
<title>${escapeHtml(model.title)} · face-sets</title>
<style>${style}</style>
</head>
<body>
<noscript><p class="notice">This page is drawn by the script inside it: please allow JavaScript.</p></noscript>
<div id="app"></div>
<script type="application/json" id="data">`;
  yield* dataPieces({ model, thumbnails, links, root });
  yield `</script>
<script type="module">${script}</script>
</body>
</html>
`;
}

async function readAssets(names: readonly string[], extension: string): Promise<string[]> {
  return Promise.all(names.map((name) => readFile(new URL(`report-${name}.${extension}`, ASSETS), 'utf8')));
}

/** The model as the page reads it, in pieces: paths split into a table of folders and file names. */
function* dataPieces({ model, thumbnails, links, root }: PageInput): Generator<string> {
  const folders = new Map<string, number>();
  const { groups, ...head } = model;
  yield `{"model":${json({ ...head, links })},"groups":[`;
  let at = 0;
  for (const [g, { faces, ...group }] of groups.entries()) {
    yield `${g > 0 ? ',' : ''}\n{"group":${json(group satisfies Omit<ReportGroup, 'faces'>)},"faces":[`;
    for (const [i, face] of faces.entries()) {
      yield `${i > 0 ? ',' : ''}\n${json(pageFace(face, thumbnails[at++], folders))}`;
    }
    yield ']}';
  }
  const addresses = [...folders.keys()].map((folder) => [folder, addressFrom(root, folder)]);
  yield `],"folders":${json(addresses)}}`;
}

function pageFace(
  { source, sha256: _, crop, ...face }: ReportFace,
  thumbnail: string | null,
  folders: Map<string, number>,
): object {
  // On other systems a name may have a backslash in it.
  const cut = Math.max(source.lastIndexOf('/'), source.lastIndexOf(sep)) + 1;
  const folder = source.slice(0, cut);
  const index = folders.get(folder) ?? folders.size;
  folders.set(folder, index);
  const name = source.slice(cut);
  const aliases = face.aliases.length > 0 ? face.aliases : undefined;
  return {
    ...face,
    aliases,
    cropped: crop !== undefined || undefined,
    thumbnail,
    folder: index,
    name,
    // What is not text cannot be encoded by the page.
    encoded: Buffer.from(name).toString() === name ? undefined : encodedName(name),
  };
}

/** JSON that can stand in a script element: no `<`, hence no end tag and no comment. */
function json(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/** The parts are modules on disk and one module in the page. */
function withoutModuleSyntax(part: string): string {
  return part.replace(/^import [^;]*;\n/gm, '').replace(/^export /gm, '');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
