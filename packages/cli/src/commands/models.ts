import { existsSync } from 'node:fs';
import { DEFAULT_PACK, findModels, MODEL_PACKS, packFolders, pullModels } from '@face-sets/pipeline';
import { Command } from 'commander';
import { shown } from '../events.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { printResult } from '../result.js';

/** `face-sets models list|path|pull`. */
export function modelsCommand(): Command {
  const list = new Command('list')
    .description('list the known model packs and which are installed')
    .action((options: CommonOptions) => {
      const packs = MODEL_PACKS.map(({ name, roles, size, url }) => ({
        name,
        roles,
        bytes: size ?? null,
        url,
        folder: packFolders(name).find((folder) => existsSync(folder)) ?? null,
      }));
      printResult(packs, packs.map(packLine), options);
    });
  const path = new Command('path')
    .description('show the model folder in use and its files')
    .argument('[pack]', 'model pack', DEFAULT_PACK)
    .option('--models <dir>', 'folder of .onnx files')
    .action(async (pack: string, options: CommonOptions & { models?: string }) => {
      const folder = await findModels({ dir: options.models, pack, roles: [] });
      const roles = Object.entries(folder.files).map(([role, file]) => `  ${role.padEnd(16)} ${file}`);
      printResult(folder, [folder.dir, ...roles, ...folder.notes.map((note) => `  ${note}`)], options);
    });
  const pull = new Command('pull')
    .description('download a model pack to the user cache folder (verified, resumable)')
    .argument('[pack]', 'model pack', DEFAULT_PACK)
    .action(async (pack: string, options: CommonOptions) => {
      const folder = await pullModels(pack, shown(options));
      printResult({ pack, folder }, [folder], options);
    });
  const command = new Command('models');
  for (const child of [list, path, pull]) command.addCommand(addCommonOptions(child));
  return command;
}

function packLine(pack: {
  name: string;
  bytes: number | null;
  folder: string | null;
  roles: readonly string[];
}) {
  const size = pack.bytes === null ? '' : `${Math.round(pack.bytes / 1e6)} MB`;
  return `${pack.name.padEnd(12)} ${size.padStart(7)}  ${(pack.folder ?? 'not here').padEnd(40)}  ${pack.roles.join(', ')}`;
}
