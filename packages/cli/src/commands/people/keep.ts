import { keepFaces } from '@face-sets/pipeline';
import type { Command } from 'commander';
import { personAndFaces } from './person-and-faces.js';

/** `face-sets people keep OUT PERSON FACE…`. */
export function keepCommand(): Command {
  return personAndFaces('keep', 'keep faces in the faceset of a person, whatever the gates say', keepFaces);
}
