import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * Everything below a folder (links and files with content, mode and time of change; folders with their mode) but the
 * store of `undo`. Names are bytes, in hexadecimal where they are not UTF-8.
 */
export function fullTree(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  below(Buffer.from(root), '');
  return found;

  function below(folder: Buffer, at: string): void {
    for (const name of readdirSync(folder, { encoding: 'buffer' }).sort(Buffer.compare)) {
      if (at === '' && name.toString() === '.face-sets-undo') continue;
      const text = name.toString();
      const shown = Buffer.from(text).equals(name) ? text : `<${name.toString('hex')}>`;
      const path = Buffer.concat([folder, Buffer.from('/'), name]);
      const info = lstatSync(path, { bigint: true });
      const mode = (info.mode & 0o7777n).toString(8);
      if (info.isDirectory()) {
        found[`${at}${shown}/`] = mode;
        below(path, `${at}${shown}/`);
      } else if (info.isSymbolicLink()) found[at + shown] = `-> ${readlinkSync(path)}`;
      else {
        const hash = createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 12);
        found[at + shown] = `${mode} ${hash} ${info.mtimeNs / 1000n}`;
      }
    }
  }
}
