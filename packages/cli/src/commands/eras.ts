import { Command } from 'commander';
import { erasExtendCommand } from './eras-extend.js';
import { erasProbeCommand } from './eras-probe.js';
import { erasSplitCommand } from './eras-split.js';

/** `face-sets eras probe|split|extend`. */
export function erasCommand(): Command {
  return new Command('eras')
    .addCommand(erasProbeCommand())
    .addCommand(erasSplitCommand())
    .addCommand(erasExtendCommand());
}
