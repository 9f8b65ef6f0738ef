import { session } from './api.js';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Tells of the feed as it happens, and goes on where it was left whenever the connection ends. EventSource
 * cannot send a token, so this reads the stream itself. The answer stops it.
 */
export function listen(onEvent, onState) {
  const stop = new AbortController();
  let cursor = '';
  let pause = FIRST_PAUSE_MS;
  const take = (block) => {
    const fields = Object.fromEntries(
      block
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    if (fields.id) cursor = fields.id;
    if (fields.event === 'ready') onState(true);
    if (fields.event === 'article') onEvent(JSON.parse(fields.data));
    if (fields.event === 'reconnect') pause = JSON.parse(fields.data).afterMs;
  };
  const read = async () => {
    const headers = {
      authorization: `Token ${session.token}`,
      ...(cursor && { 'last-event-id': cursor }),
    };
    const response = await fetch('/api/stream', { headers, signal: stop.signal });
    if (response.status === 401) return stop.abort();
    if (!response.ok) throw new Error(`status ${response.status}`);
    pause = FIRST_PAUSE_MS;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ''; ;) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      const blocks = (text + value).split('\n\n');
      text = blocks.pop();
      blocks.filter((block) => block.includes('event:')).forEach(take);
    }
  };
  const run = async () => {
    while (!stop.signal.aborted) {
      await read().catch(() => {
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      });
      onState(false);
      await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random() / 2)));
    }
  };
  run();
  return () => stop.abort();
}
