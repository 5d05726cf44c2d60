/** The user "nobody" by custom on Linux and macOS. */
const NOBODY = 65534;

/**
 * Runs something without root's right to read and write everything, so that permissions can be tested in a
 * container too. For other users, and on Windows, it just runs.
 */
export async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
