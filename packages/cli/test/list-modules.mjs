// Preloaded with --import: says on exit, on standard error, which modules were loaded.
import { appendFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';

if (process.env.LIST_MODULES) {
  const file = process.env.LIST_MODULES;
  const hooks = `
    import { appendFileSync } from 'node:fs';
    export async function load(url, context, next) {
      appendFileSync(${JSON.stringify(file)}, url + '\\n');
      return next(url, context);
    }`;
  register(`data:text/javascript,${encodeURIComponent(hooks)}`);
  const require = createRequire(import.meta.url);
  process.on('exit', () => appendFileSync(file, `${Object.keys(require.cache).join('\n')}\n`));
}
