import type { FaceName } from '../faces/face-name.js';
import type { Decision, PersonRef, Saying } from './decision.js';

/** How people and faces are called in a line on a decision. */
export interface DecisionWords {
  /** Default: the number. */
  person?: (number: number) => string;
  /** Default: the face's name. */
  face?: (name: FaceName) => string;
}

/** A decision in one line of plain English with its id, such as `d12: 7 is called Anna`. */
export function describeDecision(decision: Decision): string {
  return `${decision.id}: ${describeSaying(decision)}`;
}

/** What a decision says, in one line of plain English, such as `7 is called Anna`. */
export function describeSaying(saying: Saying, words: DecisionWords = {}): string {
  const { person = String, face = (name) => name } = words;
  const who = ({ number }: PersonRef) => person(number);
  const faces = (names: readonly FaceName[]) =>
    names.length === 1 ? face(names[0]) : `${names.length} faces`;
  const all = (said: Saying & { do: 'same' | 'different' }) =>
    listed('people' in said ? said.people.map(who) : said.faces.map(face));
  switch (saying.do) {
    case 'name':
      return `${who(saying.person)} ${nameSaid(saying)}`;
    case 'same':
      return `${all(saying)} are one person`;
    case 'different':
      return `${all(saying)} are different people`;
    case 'is':
      return `${faces(saying.faces)} ${are(saying.faces)} ${who(saying.person)}`;
    case 'isnt':
      return `${faces(saying.faces)} ${are(saying.faces)} not ${who(saying.person)}`;
    case 'ignore':
      return 'person' in saying
        ? `${who(saying.person)} is ignored`
        : `${faces(saying.faces)} ${are(saying.faces)} ignored`;
    case 'drop':
      return `${faces(saying.faces)} ${stay(saying.faces)} out of the faceset of ${who(saying.person)}`;
    case 'keep':
      return `${faces(saying.faces)} ${stay(saying.faces)} in the faceset of ${who(saying.person)}`;
    case 'cover':
      return `${who(saying.person)} is shown by ${face(saying.face)}`;
    case 'setting': {
      const values = Object.entries(saying.settings).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
      return `${values.join(', ')}${saying.person ? ` for ${who(saying.person)}` : ''}`;
    }
    case 'revert':
      return `takes back ${saying.ids.join(', ')}`;
  }
}

function nameSaid({ name, note, birthday }: Saying & { do: 'name' }): string {
  const parts: string[] = [];
  if (name === null) parts.push('has no name');
  else if (name !== undefined) parts.push(`is called ${name}`);
  if (birthday) parts.push(`was born on ${birthday}`);
  if (note) parts.push(`has the note ${JSON.stringify(note)}`);
  return parts.join(', ') || 'is as before';
}

function listed(items: readonly string[]): string {
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

function are(names: readonly string[]): string {
  return names.length === 1 ? 'is' : 'are';
}

function stay(names: readonly string[]): string {
  return names.length === 1 ? 'stays' : 'stay';
}
