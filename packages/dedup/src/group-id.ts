/** `near_001`. */
export function numbered(name: string, index: number): string {
  return `${name}_${String(index + 1).padStart(3, '0')}`;
}
