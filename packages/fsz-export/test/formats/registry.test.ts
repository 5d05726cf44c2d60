import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calibratedRecognizers } from '@face-sets/face-embed';
import { describe, expect, it } from 'vitest';
import { INSWAPPER_RECOGNIZER } from '../../src/formats/recognizer.js';
import {
  collectionFormats,
  facesetFormats,
  formatFolders,
  formatForTool,
  formatNames,
  formatsOf,
  isFormatFile,
} from '../../src/formats/registry.js';
import { resolveSwapOptions } from '../../src/formats/swap-options.js';

describe('The list of formats', () => {
  it('has names and tools that mean one format each', () => {
    const names = formatsOf().flatMap(({ name, tools, alsoCalled = [] }) =>
      [name, ...tools, ...alsoCalled].map((one) => [one, name]),
    );
    for (const [one, format] of names) expect([one, formatForTool(one)]).toEqual([one, format]);
    for (const name of formatNames()) expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(formatForTool('REACTOR')).toBe('safetensors');
    expect(formatForTool('Kohya SS')).toBe('lora');
    for (const tool of ['gif', 'constructor', '']) expect(formatForTool(tool)).toBeUndefined();
  });

  it('divides them into those of a faceset and those of all people, in its order', () => {
    const [own, all] = [facesetFormats(), collectionFormats()].map((list) => list.map(({ name }) => name));
    expect(formatNames().filter((name) => own.includes(name))).toEqual(own);
    expect([...own, ...all].sort()).toEqual([...formatNames()].sort());
    expect(facesetFormats(['rope', 'lora', 'fsz']).map(({ name }) => name)).toEqual(['fsz', 'lora']);
    expect(collectionFormats(['rope', 'lora', 'fsz']).map(({ name }) => name)).toEqual(['rope']);
  });

  it('knows the files of each by place and name', () => {
    for (const format of formatsOf()) {
      for (const file of format.examples) {
        expect(isFormatFile(file)).toBe(true);
        expect(isFormatFile(`_thin/faceset_001/${file}`)).toBe(format.per === 'faceset');
      }
    }
    expect(formatFolders()).toEqual(['images', 'lora']);
    for (const file of ['0000.png', 'images/a.png', 'lora/0000.jpg', '.fsz', 'notes.txt', 'a.fsz/b.txt']) {
      expect([file, isFormatFile(file)]).toEqual([file, false]);
    }
  });

  it('names the model that inswapper needs as its pack does', () => {
    const { name, sha256, pack } = INSWAPPER_RECOGNIZER;
    expect(calibratedRecognizers()).toContainEqual({ name, sha256, pack });
  });

  it('is what options take', () => {
    expect(resolveSwapOptions({ formats: ['rope', 'fsz'] }).formats).toEqual(['fsz', 'rope']);
    for (const formats of [['gif' as 'fsz'], []]) {
      expect(() => resolveSwapOptions({ formats })).toThrow(formatNames().join(', '));
    }
  });

  it('is the table in docs/output-formats.md', () => {
    const code = (text: string) => `\`${text}\``;
    const rows = formatsOf().map(({ name, tools, help, examples, needs = {} }) => {
      const sources = [
        ...(needs.recognizer ? [`embeddings of ${code(needs.recognizer.name)}`] : []),
        ...(needs.genderAge ? [`${code('genderage')} model, if there is one`] : []),
        ...(needs.photos ? ['the photos'] : []),
      ];
      const cells = [code(name), tools.join(', '), help, examples.map(code).join(', '), sources.join('; ')];
      return `| ${cells.join(' | ')} |`;
    });
    const table = [
      '| format | tools | what it is | files, for example | needs |',
      '| --- | --- | --- | --- | --- |',
    ];
    const docs = readFileSync(join(import.meta.dirname, '../../../../docs/output-formats.md'), 'utf8');
    expect(docs).toContain(`\n${[...table, ...rows].join('\n')}\n\n`);
  });
});
