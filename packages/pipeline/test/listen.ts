import type { PipelineEvent } from '../src/index.js';

/** Takes note of what a step tells: `onEvent` is for its options. */
export function listen() {
  const events: PipelineEvent[] = [];
  const texts = (type: 'notice' | 'warning') =>
    events.flatMap((event) => (event.type === type ? [event.text] : []));
  return { events, texts, onEvent: (event: PipelineEvent) => void events.push(event) };
}
