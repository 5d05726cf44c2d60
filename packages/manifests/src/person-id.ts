/** `person_001` for 1. */
export function personIdOf(number: number): string {
  return `person_${String(number).padStart(3, '0')}`;
}

/** The number of a person: 1 for `person_001`; 0 for another text. */
export function personNumber(id: string): number {
  return Number(/^person_(\d+)$/.exec(id)?.[1] ?? 0);
}
