import { execFileSync } from 'node:child_process';

const found = new Map<string, string | null>();

/**
 * A Python interpreter that can import all the named modules, or `null` where there is none: the tests that
 * compare with NumPy, OpenCV or scikit-learn then skip. `FACE_SETS_PYTHON` names one to try first.
 */
export function pythonWith(...modules: string[]): string | null {
  const key = modules.join(',');
  let python = found.get(key);
  if (python === undefined) {
    const candidates = [process.env.FACE_SETS_PYTHON, '/usr/bin/python3', 'python3', 'python'];
    python = candidates.find((command) => command && canImport(command, modules)) ?? null;
    found.set(key, python);
  }
  return python;
}

function canImport(command: string, modules: string[]): boolean {
  try {
    execFileSync(command, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore', timeout: 60_000 });
    return true;
  } catch {
    return false;
  }
}
