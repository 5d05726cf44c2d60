import {
  type ListedPack,
  listModels,
  MODEL_DEFAULTS,
  megabytes,
  modelPaths,
  pullModels,
} from '@face-sets/pipeline';
import { Command } from 'commander';
import { shown } from '../events.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { printResult } from '../result.js';

/** `face-sets models list|path|pull`. */
export function modelsCommand(): Command {
  const list = new Command('list')
    .description('list the known model packs and which are installed')
    .action((options: CommonOptions) => {
      const packs = listModels();
      printResult(packs, packs.map(packLine), options);
    });
  const path = new Command('path')
    .description('show the model folder in use and its files')
    .argument('[pack]', 'model pack', MODEL_DEFAULTS.pack)
    .option('--models <dir>', 'folder of .onnx files')
    .action(async (pack: string, options: CommonOptions & { models?: string }) => {
      const folder = await modelPaths({ models: options.models, pack });
      const roles = Object.entries(folder.files).map(([role, file]) => `  ${role.padEnd(16)} ${file}`);
      printResult(folder, [folder.dir, ...roles, ...folder.notes.map((note) => `  ${note}`)], options);
    });
  const pull = new Command('pull')
    .description('download a model pack to the user cache folder (verified, resumable)')
    .argument('[pack]', 'model pack', MODEL_DEFAULTS.pack)
    .action(async (pack: string, options: CommonOptions, self: Command) => {
      const folder = await pullModels(pack, shown(options, self));
      printResult({ pack, folder }, [folder], options);
    });
  const command = new Command('models');
  for (const child of [list, path, pull]) command.addCommand(addCommonOptions(child));
  return command;
}

function packLine({ name, bytes, folder, roles }: ListedPack) {
  const size = bytes === null ? '' : megabytes(bytes);
  return `${name.padEnd(12)} ${size.padStart(7)}  ${(folder ?? 'not installed').padEnd(40)}  ${roles.join(', ')}`;
}
