import { existsSync } from 'node:fs';
import { facesetIdOf } from '@face-sets/manifests';
import { FaceIndex, type FaceName, isFaceName, type PeopleFile } from '@face-sets/people';
import { PipelineError } from '../../shared/errors.js';
import type { KnownPhotos } from './known-photos.js';

/** Someone as `people.json` has them. */
export type PersonEntry = PeopleFile['people'][number];

/** Finds the people and faces that a caller names. */
export class WhoIsMeant {
  readonly #people: Map<number, PersonEntry>;
  readonly #owners = new Map<FaceName, number>();
  readonly #index: FaceIndex;
  readonly #names: readonly FaceName[];

  constructor(
    readonly file: PeopleFile,
    readonly photos: KnownPhotos,
  ) {
    this.#people = new Map(file.people.map((person) => [person.number, person]));
    for (const { number, faces } of file.people) for (const face of faces) this.#owners.set(face, number);
    this.#names = photos.faces;
    this.#index = new FaceIndex(this.#names);
  }

  /** The person with a number, also one that someone merged had; undefined where there is none. */
  numbered(number: number): PersonEntry | undefined {
    return this.#people.get(number) ?? this.#people.get(this.file.merged[number] ?? 0);
  }

  /** Number of the person whose face it is; 0 for no one. */
  ownerOf(face: FaceName): number {
    return this.#owners.get(face) ?? 0;
  }

  /** How a person is called in a message: `Anna (7)`; `person 7` without a name, or where 7 turned out to be another. */
  called(number: number): string {
    const name = this.#people.get(number)?.name;
    return name ? `${name} (${number})` : `person ${number}`;
  }

  /**
   * The person that a text names: by number (`7`, `person_007`, `faceset_007`), by name, by a face, or by a photo on which no
   * one else is.
   *
   * @throws PipelineError that says who could be meant
   */
  async person(text: string): Promise<PersonEntry> {
    const meant = await this.personOrFace(text);
    if (typeof meant !== 'string') return meant;
    const owner = this.numbered(this.ownerOf(meant));
    if (owner) return owner;
    throw new PipelineError(`the face ${meant} in ${this.photos.pathOf(meant)} is no one's yet`);
  }

  /**
   * The person that a text names by number or name, or the face that it names.
   *
   * @throws PipelineError that says who could be meant
   */
  async personOrFace(text: string): Promise<PersonEntry | FaceName> {
    if (isFaceName(text)) return this.face(text);
    const number = numberIn(text);
    const found = number === null ? this.#named(text) : this.numbered(number);
    if (found) return found;
    if (number !== null) {
      const highest = this.file.next_number - 1;
      throw new PipelineError(`there is no person ${number}; the highest number is ${highest}`);
    }
    if (!existsSync(text) && !(await this.photos.at(text))) {
      throw new PipelineError(`there is no one called ${JSON.stringify(text)}, and no photo of that name`);
    }
    return this.face(text);
  }

  /**
   * The face that a text names: by its name, or by the path of a photo with one face; where a photo has several, the one of
   * `whose`.
   *
   * @param whose number of a person
   * @throws PipelineError that lists the faces that could be meant
   */
  async face(text: string, whose?: number): Promise<FaceName> {
    if (isFaceName(text)) {
      const row = this.#index.rowOf(text);
      if (row >= 0) return this.#names[row]!;
      throw new PipelineError(`there is no face ${text} in this cache`);
    }
    const image = await this.photos.at(text);
    if (!image) {
      const wrong = existsSync(text) ? 'was not embedded into this cache' : 'is not there';
      throw new PipelineError(`${text} ${wrong}: expected a photo of this cache, or a face's name`);
    }
    const faces = this.photos.facesIn(image);
    if (faces.length === 0) throw new PipelineError(`no face was found in ${text}`);
    if (faces.length === 1) return faces[0]!;
    const theirs = whose === undefined ? [] : faces.filter((face) => this.ownerOf(face) === whose);
    if (theirs.length === 1) return theirs[0]!;
    const choices = (theirs.length > 1 ? theirs : faces).map((face) => `${face} (${this.#owner(face)})`);
    throw new PipelineError(
      `${text} shows ${faces.length} faces; name the one you mean: ${choices.join(', ')}`,
    );
  }

  #owner(face: FaceName): string {
    const number = this.ownerOf(face);
    return number === 0 ? 'no one' : this.called(number);
  }

  #named(text: string): PersonEntry | null {
    const alike = this.file.people.filter(({ name }) => name !== null && folded(name) === folded(text));
    const exact = alike.filter(({ name }) => name === text);
    const found = exact.length > 0 ? exact : alike;
    if (found.length <= 1) return found[0] ?? null;
    const ids = found.map(({ number, name }) => `${number} (${name}, ${facesetIdOf(number)})`);
    throw new PipelineError(`${found.length} people are called ${text}; say the number: ${ids.join(', ')}`);
  }
}

/** The number in `7`, `person_007` or `faceset_007`; null in any other text. */
function numberIn(text: string): number | null {
  const digits = /^(?:person_|faceset_)?(\d{1,9})$/.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
