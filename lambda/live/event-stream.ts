import { watchSession } from './session-watch';
import type { Message, Subscription } from './subscription';

/** Messages that a slow client may leave unread; then it has to come again. */
const MOST_UNREAD = 1_000;
const DEFAULT_RETRY_MS = 3_000;

/** One connection's answer in server-sent events. */
export class EventStream {
  readonly body: ReadableStream<Uint8Array>;
  private subscription: Pick<Subscription, 'close'> | undefined;
  private controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  private readonly heartbeat: NodeJS.Timeout;

  constructor(heartbeatMs: number, demandSession: () => Promise<unknown>) {
    this.body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.controller = controller;
      },
      cancel: () => {
        this.end();
      },
    });
    const watch = watchSession(demandSession, () => {
      this.close();
    });
    this.heartbeat = setInterval(() => {
      this.write(': here\n\n');
      watch();
    }, heartbeatMs);
  }

  /** It may have ended while it was caught up with: the client gone, or told more than it could take. */
  belongTo(subscription: Pick<Subscription, 'close'>): void {
    this.subscription = subscription;
    if (this.controller === undefined) subscription.close();
  }

  send(message: Message): void {
    if (message.kind === 'reconnect') {
      const data = JSON.stringify({ afterMs: message.afterMs });
      this.write(`retry: ${message.afterMs}\nevent: reconnect\ndata: ${data}\n\n`);
      this.close();
      return;
    }
    const retry = message.kind === 'ready' ? `retry: ${DEFAULT_RETRY_MS}\n` : '';
    const name = message.kind === 'ready' ? 'ready' : 'article';
    this.write(`${retry}id: ${message.cursor}\nevent: ${name}\ndata: ${message.data}\n\n`);
  }

  private write(text: string): void {
    const { controller } = this;
    if (controller === undefined) return;
    controller.enqueue(Buffer.from(text));
    if ((controller.desiredSize ?? 0) < -MOST_UNREAD) this.close();
  }

  private close(): void {
    const { controller } = this;
    this.end();
    controller?.close();
  }

  /** The client is gone. */
  end(): void {
    clearInterval(this.heartbeat);
    this.controller = undefined;
    this.subscription?.close();
  }
}
