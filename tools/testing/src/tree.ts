import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Every file below a folder, relative with `/`, with a hash of its content or the target of a link. */
export function tree(root: string, below = ''): Record<string, string> {
  const files: Record<string, string> = {};
  for (const name of readdirSync(join(root, below)).sort()) {
    const relative = below ? `${below}/${name}` : name;
    const path = join(root, relative);
    const info = lstatSync(path);
    if (info.isDirectory()) Object.assign(files, tree(root, relative));
    else if (info.isSymbolicLink()) files[relative] = `-> ${readlinkSync(path)}`;
    else files[relative] = createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
  }
  return files;
}
