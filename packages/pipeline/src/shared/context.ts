import { plainText } from './errors.js';

/** What a step reports while it runs. */
export type PipelineEvent =
  /** A stage begins, such as `Embedding`; it is counted in `unit`, such as `photos`. Stages may lie inside of another. */
  | { type: 'start'; stage: string; unit: string; interruptible: boolean }
  /** How far a stage is; `total` 0 means that it is not known yet. `note` is a few words more, such as `586 faces`. */
  | { type: 'progress'; stage: string; unit: string; done: number; total: number; note?: string }
  /**
   * A stage ends. `summary` says in a line what it did; missing where there is nothing to say, or the stage failed.
   * `interrupted`: the signal ended it early, and the next call goes on.
   */
  | { type: 'end'; stage: string; summary?: string; interrupted?: true }
  /** The license of a model pack that is about to be downloaded, for its user to read. */
  | { type: 'license'; text: string }
  /** Useful information, in one line. */
  | { type: 'notice'; text: string; template: string }
  /** Something that may make the result worse, in one line. `code` is stable, for programs that add advice of their own. */
  | { type: 'warning'; text: string; template: string; code?: WarningCode };

/**
 * What a warning is about: default thresholds that were measured for another recognition model, or photos that could not
 * be opened for landmarks.
 */
export type WarningCode = 'WARN_FOREIGN_THRESHOLDS' | 'WARN_NOT_ENRICHED';

/** What every step takes. */
export interface StepOptions {
  /**
   * Called with each event. In `template`, names of options stand between NUL characters, for programs that have other
   * names for them; `text` is the same without the marks.
   */
  onEvent?: ((event: PipelineEvent) => void) | undefined;
  /**
   * Ends the step early. Embedding and enriching finish the photos in hand, keep what they have and return with
   * `interrupted`; other steps throw the signal's reason, and what they had begun to write is gone.
   */
  signal?: AbortSignal | undefined;
}

/** A stage that a step reports to its caller. */
export interface Stage {
  /** `total` 0 means that it is not known yet. */
  update(done: number, total: number, note?: string): void;
  /** {@link update} for a function that reports items. */
  onItems(progress: { done: number; total: number }): void;
  /** {@link update} for a function that reports faces. */
  onFaces(progress: { faces: number; totalFaces: number }): void;
  /** Ends the stage with a one-line summary. */
  finish(summary: string, interrupted?: boolean): void;
  /** Ends the stage without a summary, before an error is thrown. */
  stop(): void;
}

/**
 * Begins a stage.
 *
 * @param stage such as `Embedding`
 * @param unit what is counted, such as `photos`
 * @param interruptible whether the signal ends it in good order
 */
export function startStage(options: StepOptions, stage: string, unit: string, interruptible = false): Stage {
  const { onEvent, signal } = options;
  if (!interruptible) signal?.throwIfAborted();
  onEvent?.({ type: 'start', stage, unit, interruptible });
  let open = true;
  const end = (summary?: string, interrupted = false) => {
    const more = { ...(summary === undefined ? {} : { summary }), ...(interrupted ? { interrupted } : {}) };
    if (open) onEvent?.({ type: 'end', stage, ...more });
    open = false;
  };
  const update: Stage['update'] = (done, total, note) =>
    onEvent?.({ type: 'progress', stage, unit, done, total, ...(note === undefined ? {} : { note }) });
  return {
    update,
    onItems: ({ done, total }) => update(done, total),
    onFaces: ({ faces, totalFaces }) => update(faces, totalFaces),
    finish: end,
    stop: () => end(),
  };
}

/**
 * Runs a stage to its end; `work` returns its result and the line on it.
 *
 * @throws the reason of the signal, also where the start of the stage made the caller abort it
 */
export async function inStage<T>(
  options: StepOptions,
  stage: string,
  unit: string,
  work: (stage: Stage) => Promise<{ result: T; summary?: string }>,
): Promise<T> {
  const started = startStage(options, stage, unit);
  try {
    options.signal?.throwIfAborted();
    const { result, summary } = await work(started);
    if (summary === undefined) started.stop();
    else started.finish(summary);
    return result;
  } catch (error) {
    started.stop();
    throw error;
  }
}

/** Gives the caller useful information. */
export function notice(options: StepOptions, template: string): void {
  options.onEvent?.({ type: 'notice', text: plainText(template), template });
}

/** Warns the caller. */
export function warning(options: StepOptions, template: string, code?: WarningCode): void {
  options.onEvent?.({ type: 'warning', text: plainText(template), template, ...(code ? { code } : {}) });
}
