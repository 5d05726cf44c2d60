import { cacheAt, count, type ShownPerson, showPerson } from '@face-sets/pipeline';
import type { Command } from 'commander';
import { shown } from '../../events.js';
import type { CommonOptions } from '../../options.js';
import { PERSON_HELP, peopleSubcommand } from '../../people-options.js';
import { capped, printResult } from '../../result.js';

/** `face-sets people show OUT PERSON`. */
export function showCommand(): Command {
  return peopleSubcommand('show', 'show a person: faces with their photos and distances, and decisions')
    .argument('<person>', PERSON_HELP)
    .action(async (out: string, person: string, options: CommonOptions, self: Command) => {
      const result = await showPerson(cacheAt(out), person, shown(options, self));
      printResult(result, showLines(result), options);
    });
}

function showLines(person: ShownPerson): string[] {
  const { id, name, note, birthday, ignored, merged, photos, faces, cover, decisions } = person;
  const marks = (face: ShownPerson['faces'][number]) =>
    [
      ...(face.face === cover ? ['cover'] : []),
      ...(face.kept ? ['kept'] : []),
      ...(face.dropped ? ['dropped'] : []),
    ]
      .map((mark) => ` (${mark})`)
      .join('');
  return [
    `${id}${name === null ? '' : ` ${name}`}: ${count(photos, 'photo')}, ${count(faces.length, 'face')}${ignored ? ' (ignored)' : ''}`,
    ...(birthday === null ? [] : [`born on ${birthday}`]),
    ...(note === null ? [] : [note]),
    ...(merged.length > 0 ? [`also ${merged.join(', ')}`] : []),
    ...(faces.length > 0 ? ['distance to the centroid, photo, face:'] : []),
    ...capped(
      faces.map((face) => `  ${face.distance.toFixed(3)}  ${face.photo}  ${face.face}${marks(face)}`),
      50,
    ),
    ...(decisions.length > 0 ? ['decisions:'] : []),
    ...decisions.map(({ id: line, at, by, text }) => `  ${line}  ${at}  ${by}  ${text}`),
  ];
}
