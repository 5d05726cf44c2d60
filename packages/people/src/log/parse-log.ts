import { DecisionLogError } from '../people-errors.js';
import { checkDecision, type Decision } from './decision.js';

/** What a decision log holds. */
export interface ParsedLog {
  /** All lines in order, including reverts and what they revert. */
  decisions: Decision[];
  /** Bytes up to the end of the last whole line; what lies behind was being written when the machine stopped. */
  bytes: number;
}

/**
 * Reads the text of a decision log. Blank lines are allowed. A last line without an end that is not JSON was being
 * written when the machine stopped: it is left out, since it was never confirmed to anyone.
 *
 * @param where what to call the log in an error, such as its path
 * @throws DecisionLogError that names the line and what is wrong: not a decision, an id used twice, a revert of an unknown
 *   decision
 */
export function parseLog(content: Uint8Array | string, where = 'decision log'): ParsedLog {
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
  const decisions: Decision[] = [];
  const ids = new Set<string>();
  let start = 0;
  for (let number = 1; start < bytes.length; number++) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline;
    const text = bytes
      .toString('utf8', start, end)
      .replace(/^\ufeff/, '')
      .trim();
    if (text !== '') {
      const parsed = parseJson(text);
      if (parsed === undefined && newline < 0) break;
      const decision = parsed === undefined ? 'expected a line of JSON' : checkDecision(parsed);
      const wrong = typeof decision === 'string' ? decision : wrongIds(decision, ids);
      if (wrong !== null || typeof decision === 'string') {
        throw new DecisionLogError(
          `${where}, line ${number}: ${wrong}; correct or remove the line; the others are kept`,
        );
      }
      ids.add(decision.id);
      decisions.push(decision);
    }
    start = newline < 0 ? end : end + 1;
  }
  return { decisions, bytes: start };
}

/** One decision as a line of the log, its end included. */
export function formatDecision({ id, at, by, ...saying }: Decision): string {
  return `${JSON.stringify({ id, at, by, ...saying })}\n`;
}

function wrongIds(decision: Decision, ids: ReadonlySet<string>): string | null {
  if (ids.has(decision.id)) return `the id ${decision.id} was used before`;
  if (decision.do !== 'revert') return null;
  const unknown = decision.ids.find((id) => !ids.has(id));
  return unknown === undefined ? null : `takes ${unknown} back, which was not said before`;
}

/** The value, or undefined where the text is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
