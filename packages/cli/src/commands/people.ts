import { Command } from 'commander';
import { coverCommand } from './people/cover.js';
import { differentCommand } from './people/different.js';
import { dropCommand } from './people/drop.js';
import { ignoreCommand } from './people/ignore.js';
import { isCommand } from './people/is.js';
import { isntCommand } from './people/isnt.js';
import { keepCommand } from './people/keep.js';
import { listCommand } from './people/list.js';
import { logCommand } from './people/log.js';
import { nameCommand } from './people/name.js';
import { sameCommand } from './people/same.js';
import { showCommand } from './people/show.js';
import { splitCommand } from './people/split.js';
import { undoDecisionsCommand } from './people/undo.js';

/** `face-sets people list|show|name|…`. */
export function peopleCommand(): Command {
  const command = new Command('people');
  for (const child of [
    listCommand(),
    showCommand(),
    nameCommand(),
    sameCommand(),
    differentCommand(),
    splitCommand(),
    isCommand(),
    isntCommand(),
    keepCommand(),
    dropCommand(),
    ignoreCommand(),
    coverCommand(),
    logCommand(),
    undoDecisionsCommand(),
  ]) {
    command.addCommand(child);
  }
  return command;
}
