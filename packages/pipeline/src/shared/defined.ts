/** The options that are given: those that are not undefined. */
export function defined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Options with defaults in place of those that are not given. */
export function withDefaults<T extends object, D extends object>(
  options: T,
  defaults: D,
): Omit<T, keyof D> & { [K in keyof D]: K extends keyof T ? Exclude<T[K], undefined> | D[K] : D[K] } {
  return { ...defaults, ...defined(options) } as ReturnType<typeof withDefaults<T, D>>;
}
