import type { PipelineEvent, StepOptions } from '@face-sets/pipeline';
import type { Command } from 'commander';
import { inFlags } from './failure.js';
import { withHint } from './hints.js';
import { onInterrupt } from './interrupt.js';
import type { CommonOptions } from './options.js';
import { type Progress, startProgress } from './progress.js';
import { tell } from './terminal.js';
import { warn } from './warnings.js';

/** A stage of a step under way. */
interface OpenStage {
  name: string;
  unit: string;
  progress: Progress | null;
  release(): void;
}

/**
 * The options of a command as its step takes them: those that were on the command line, since the step has the defaults,
 * or the values of before. What goes on is shown, and Ctrl-C ends what can be ended in good order.
 *
 * @param command the command that runs
 */
export function shown<T extends CommonOptions>(options: T, command: Command): T & StepOptions {
  const given = Object.fromEntries(
    Object.entries(options).filter(([name]) => command.getOptionValueSource(name) !== 'default'),
  ) as T;
  const quiet = options.quiet ?? false;
  const interrupt = new AbortController();
  const open: OpenStage[] = [];
  const progressOf = (stage: OpenStage) => {
    stage.progress ??= startProgress(stage.name, stage.unit, { quiet });
    return stage.progress;
  };
  const stageOf = (name: string) => open.findLast((stage) => stage.name === name);

  const onEvent = (event: PipelineEvent): void => {
    switch (event.type) {
      case 'start': {
        const stage: OpenStage = { name: event.stage, unit: event.unit, progress: null, release() {} };
        open.push(stage);
        // Messages before the first photo must not run into a progress line.
        if (event.interruptible) stage.release = onInterrupt(INTERRUPTED, interrupt);
        else progressOf(stage);
        return;
      }
      case 'progress': {
        const stage = stageOf(event.stage);
        if (stage) progressOf(stage).update(event.done, event.total, event.note);
        return;
      }
      case 'end': {
        const stage = stageOf(event.stage);
        if (!stage) return;
        open.splice(open.indexOf(stage), 1);
        // Who was interrupted ends soon: until then a closing terminal, which sends SIGHUP twice, must not end it at once.
        if (!interrupt.signal.aborted) stage.release();
        if (event.summary !== undefined)
          progressOf(stage).finish(event.interrupted ? `${event.summary}. ${GO_ON}` : event.summary);
        else stage.progress?.stop();
        return;
      }
      case 'notice':
        if (!quiet) tell(inFlags(event.template));
        return;
      case 'license':
        // Shown with --quiet too: it binds the user who downloads.
        tell(`License: ${event.text}`);
        return;
      case 'warning':
        warn(withHint(inFlags(event.template), event));
    }
  };
  return { ...given, onEvent, signal: interrupt.signal };
}

const GO_ON = 'Stopped early: run the same command again to go on.';

const INTERRUPTED = 'Finishing the photos in hand; press Ctrl-C again to stop at once.';
