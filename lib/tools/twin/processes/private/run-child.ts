import type { FromChild, ToChild } from './messages';

export interface Service<Ready> {
  /** What the supervisor wants to know, such as addresses. */
  readonly ready: Ready;
  /** Answers a question; an error that it throws is the supervisor's answer. */
  answer?(topic: string, body: unknown): unknown;
  /** Ends in order; called once, when the supervisor closed the channel or is gone. */
  close(): Promise<void>;
}

/** Longest time for an orderly end, in milliseconds. */
const CLOSE_MS = 2_000;

/**
 * The main function of a Node child: starts on the supervisor's word, answers its questions, and
 * ends when the channel closes, which it does even where the supervisor was killed.
 */
export function runChild<Ready>(start: (config: unknown) => Promise<Service<Ready>>): void {
  let service: Service<Ready> | undefined;
  const say = (message: FromChild) => process.send?.(message);
  process.on('message', (message: ToChild) => {
    if (message.kind === 'start') {
      start(message.config).then(
        (started) => {
          service = started;
          say({ kind: 'ready', value: started.ready });
        },
        (error: unknown) => {
          say({ kind: 'failed', message: messageOf(error) });
        },
      );
    } else {
      void reply(service, message, say);
    }
  });
  process.once('disconnect', () => {
    setTimeout(() => process.exit(0), CLOSE_MS);
    void Promise.resolve(service?.close())
      .catch(() => undefined)
      .then(() => process.exit(0));
  });
  // The supervisor decides when this process ends, not the terminal.
  process.on('SIGINT', () => undefined);
}

async function reply<Ready>(
  service: Service<Ready> | undefined,
  { id, topic, body }: Extract<ToChild, { kind: 'ask' }>,
  say: (message: FromChild) => void,
): Promise<void> {
  try {
    if (service?.answer === undefined) throw new Error('not ready');
    say({ kind: 'answer', id, value: (await service.answer(topic, body)) ?? null });
  } catch (error) {
    say({ kind: 'refused', id, message: messageOf(error) });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
