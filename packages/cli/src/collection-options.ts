import { outputAt } from '@face-sets/pipeline';
import type { Command } from 'commander';
import { cacheName } from './cache-name.js';

export function addCollectionOptions(command: Command): Command {
  return command
    .argument('<out>', 'output folder of export-swap, or of run', (path) => outputAt('export-swap', path))
    .option('--cache <file>', 'face cache (default: the one that OUT was made from)', cacheName);
}
