import { isntPerson } from '@face-sets/pipeline';
import type { Command } from 'commander';
import { personAndFaces } from './person-and-faces.js';

/** `face-sets people isnt OUT PERSON FACE…`. */
export function isntCommand(): Command {
  return personAndFaces(
    'isnt',
    'faces are not this person; each goes to the next nearest person, if one is near enough',
    isntPerson,
  );
}
