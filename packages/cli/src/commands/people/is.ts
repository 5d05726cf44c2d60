import { isPerson } from '@face-sets/pipeline';
import type { Command } from 'commander';
import { personAndFaces } from './person-and-faces.js';

/** `face-sets people is OUT PERSON FACE…`. */
export function isCommand(): Command {
  return personAndFaces(
    'is',
    'faces are this person, whatever the distance; they stay in the faceset whatever the gates say',
    isPerson,
  );
}
