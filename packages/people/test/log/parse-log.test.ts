import { describe, expect, it } from 'vitest';
import { DecisionLogError, formatDecision, parseLog } from '../../src/index.js';

const FACE = '0123456789abcdef@0.250,0.100,0.125,0.200';
const head = (id: string) => `"id":"${id}","at":"2026-01-31T12:00:00.000Z","by":"cli"`;
const anna = `{${head('d1')},"do":"name","person":{"number":7,"faces":["${FACE}"]},"name":"Anna"}`;

describe('A decision log', () => {
  it('is read line by line, in order, with blank lines and lines that end as Windows ends them', () => {
    const text = `\ufeff${anna}\r\n\n{${head('d2')},"do":"revert","ids":["d1"]}\n`;
    const { decisions, bytes } = parseLog(text);
    expect(decisions.map(({ id, do: does }) => [id, does])).toEqual([
      ['d1', 'name'],
      ['d2', 'revert'],
    ]);
    expect(bytes).toBe(Buffer.byteLength(text));
  });

  it('is written as it is read', () => {
    const { decisions } = parseLog(anna);
    expect(formatDecision(decisions[0])).toBe(`${anna}\n`);
  });

  it.each([1, 40, 100])(
    'leaves out a last line that a crash cut off after %i characters, and says where it began',
    (cut) => {
      const { decisions, bytes } = parseLog(`${anna}\n${anna.replace('d1', 'd2').slice(0, cut)}`);
      expect(decisions).toHaveLength(1);
      expect(bytes).toBe(anna.length + 1);
    },
  );

  it('takes a last line without an end that is whole', () => {
    expect(parseLog(anna)).toMatchObject({ decisions: [{ id: 'd1' }], bytes: anna.length });
  });

  it.each([
    ['not json\n', 'line 1: expected a line of JSON'],
    [`${anna}\n${anna}\n`, 'line 2: the id d1 was used before'],
    [`{${head('d1')},"do":"revert","ids":["d9"]}\n`, 'takes d9 back, which was not said before'],
    [`{${head('d1')},"do":"sing"}\n`, 'do: expected one of name, same, different, is,'],
    [`[]\n`, 'expected an object'],
    [
      `{${head('d1')},"do":"is","faces":["x"],"person":{"number":1,"faces":[]}}\n`,
      'faces.0: expected a face',
    ],
    [`{${head('d1')},"do":"is","faces":[],"person":{"number":1,"faces":[]}}\n`, 'expected at least one face'],
    [`{${head('d1')},"do":"is","faces":["${FACE}"],"person":{"number":0,"faces":[]}}\n`, 'person.number'],
    [`{${head('d1')},"do":"same","people":[{"number":1,"faces":[]}]}\n`, 'expected at least two people'],
    [`{${head('d1')},"do":"same","faces":["${FACE}"]}\n`, 'expected at least two faces'],
    [anna.replace('Anna', 'An\\u0007na'), 'name: expected text without control characters'],
    [anna.replace('Anna', ' '), 'name: expected text that is not blank'],
    [anna.replace('"cli"', '"someone"'), 'by: expected cli, review, folder or import:'],
    [anna.replace('2026-01-31T', ''), 'at: expected a time such as'],
    [anna.replace('"name":"Anna"', '"nmae":"Anna"'), 'Unrecognized key: "nmae"'],
  ])('refuses %s in one line', (text, message) => {
    expect(() => parseLog(`${text}\n`, 'faces.decisions.jsonl')).toThrow(DecisionLogError);
    expect(() => parseLog(`${text}\n`, 'faces.decisions.jsonl')).toThrow(message);
    try {
      parseLog(`${text}\n`);
    } catch (error) {
      expect((error as Error).message).not.toContain('\n');
    }
  });
});
