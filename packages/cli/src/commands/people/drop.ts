import { dropFaces } from '@face-sets/pipeline';
import type { Command } from 'commander';
import { personAndFaces } from './person-and-faces.js';

/** `face-sets people drop OUT PERSON FACE…`. */
export function dropCommand(): Command {
  return personAndFaces(
    'drop',
    'keep faces out of the faceset of a person, though they are the person',
    dropFaces,
  );
}
