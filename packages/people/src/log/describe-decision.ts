import type { Decision, PersonRef } from './decision.js';

/** A decision in one line of plain English, such as `d12: 7 is called Anna`. */
export function describeDecision(decision: Decision): string {
  return `${decision.id}: ${whatIsSaid(decision)}`;
}

function whatIsSaid(decision: Decision): string {
  switch (decision.do) {
    case 'name':
      return nameSaid(decision);
    case 'same':
      return 'people' in decision
        ? `${listed(decision.people)} are one person`
        : `${decision.faces.join(' and ')} are one person`;
    case 'different':
      return 'people' in decision
        ? `${listed(decision.people)} are different people`
        : `${decision.faces.join(' and ')} are different people`;
    case 'is':
      return `${faces(decision.faces)} ${are(decision.faces)} ${decision.person.number}`;
    case 'isnt':
      return `${faces(decision.faces)} ${are(decision.faces)} not ${decision.person.number}`;
    case 'ignore':
      return 'person' in decision
        ? `${decision.person.number} is ignored`
        : `${faces(decision.faces)} ${are(decision.faces)} ignored`;
    case 'drop':
      return `${faces(decision.faces)} ${stay(decision.faces)} out of the faceset of ${decision.person.number}`;
    case 'keep':
      return `${faces(decision.faces)} ${stay(decision.faces)} in the faceset of ${decision.person.number}`;
    case 'cover':
      return `${decision.person.number} is shown by ${decision.face}`;
    case 'setting': {
      const values = Object.entries(decision.settings).map(
        ([key, value]) => `${key} ${JSON.stringify(value)}`,
      );
      return `${values.join(', ')}${decision.person ? ` for ${decision.person.number}` : ''}`;
    }
    case 'revert':
      return `takes back ${decision.ids.join(', ')}`;
  }
}

function nameSaid({ person, name, note, birthday }: Decision & { do: 'name' }): string {
  const parts: string[] = [];
  if (name === null) parts.push('has no name');
  else if (name !== undefined) parts.push(`is called ${name}`);
  if (birthday) parts.push(`was born on ${birthday}`);
  if (note) parts.push(`has the note ${JSON.stringify(note)}`);
  return `${person.number} ${parts.join(', ') || 'is as before'}`;
}

function listed(people: readonly PersonRef[]): string {
  const numbers = people.map(({ number }) => number);
  return `${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}`;
}

function faces(names: readonly string[]): string {
  return names.length === 1 ? names[0] : `${names.length} faces`;
}

function are(names: readonly string[]): string {
  return names.length === 1 ? 'is' : 'are';
}

function stay(names: readonly string[]): string {
  return names.length === 1 ? 'stays' : 'stay';
}
