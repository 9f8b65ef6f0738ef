import { randomBytes } from 'node:crypto';

/** @see https://www.w3.org/TR/trace-context/#traceparent-header */
export const TRACEPARENT = 'traceparent';
/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html */
const AMAZON = 'x-amzn-trace-id';

const W3C = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}/;
const ROOT = /(?:^|;)\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})/i;
const ID = /^[0-9a-f]{32}$/;

/** One piece of work of a trace: a request, or a message. */
export interface Trace {
  /** 32 hexadecimal digits, which all Regions' logs have in common. */
  readonly id: string;
  /** 16 of this piece. */
  readonly span: string;
  /** 16 of the piece that asked for it, where that is told. */
  readonly parent?: string | undefined;
  readonly sampled: boolean;
  /** Epoch milliseconds. */
  readonly startedMs: number;
}

/** A piece that has ended. */
export interface Span extends Trace {
  /** What was done, without what differs each time. */
  readonly name: string;
  readonly kind: 'request' | 'message';
  readonly endedMs: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string | number>>;
}

type Header = (name: string) => string | undefined;

/** How a span goes on to whoever is asked. */
export function traceparentOf({ id, span, sampled }: Trace): string {
  return `00-${id}-${span}-${sampled ? '01' : '00'}`;
}

/** Traces of a process: which of them are sent somewhere, and where. */
export class Tracer {
  private spans: Span[] = [];
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> = Promise.resolve();
  private pausedUntil = 0;

  constructor(
    /** From 0 to 1. */
    private readonly share: number,
    private readonly send: (spans: readonly Span[]) => Promise<void>,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * A request's: the peer's, the load balancer's, or a new one. Whether it is sampled follows from its id alone, so
   * that all Regions keep the same ones and no header of a stranger's makes them keep more.
   */
  ofRequest(header: Header): Trace {
    const [, id, parent] = W3C.exec(header(TRACEPARENT) ?? '') ?? [];
    if (id !== undefined) return this.begin(id, parent);
    const [, time, rest] = ROOT.exec(header(AMAZON) ?? '') ?? [];
    return this.begin(
      time === undefined || rest === undefined
        ? randomBytes(16).toString('hex')
        : (time + rest).toLowerCase(),
    );
  }

  /** A message's, by the id that came with it; `undefined` for one that is none. */
  ofMessage(id: string | undefined): Trace | undefined {
    return id !== undefined && ID.test(id) ? this.begin(id) : undefined;
  }

  /** Keeps it to be sent, where it is sampled. */
  end(trace: Trace, what: Pick<Span, 'name' | 'kind' | 'failed' | 'attributes'>): void {
    if (!trace.sampled || this.spans.length >= MOST_SPANS) return;
    this.spans.push({ ...trace, ...what, endedMs: this.now() });
    this.timer ??= setTimeout(() => void this.flush(), SENT_EACH_MS).unref();
  }

  /** Sends what is kept; what cannot be sent is lost. Never rejects. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { spans } = this;
    this.spans = [];
    if (spans.length > 0 && this.now() >= this.pausedUntil) {
      this.sending = this.sending
        .then(() => this.send(spans))
        .catch(() => {
          this.pausedUntil = this.now() + PAUSE_MS;
        });
    }
    await this.sending;
  }

  private begin(id: string, parent?: string): Trace {
    // The last 32 bits of either form are random.
    const sampled = parseInt(id.slice(-8), 16) < this.share * 2 ** 32;
    const span = randomBytes(8).toString('hex');
    return { id, span, parent, sampled, startedMs: this.now() };
  }
}

/** Of a second; what is more is lost. */
const MOST_SPANS = 200;
const SENT_EACH_MS = 1_000;
/** Where they are not taken, nobody waits for each of them. */
const PAUSE_MS = 60_000;

/** What writes of a transaction leave behind is of this trace. */
const writing = new WeakMap<object, string>();

/** @param transaction that of a write of this trace */
export function traceWrites(transaction: object, trace: Trace | undefined): void {
  if (trace !== undefined) writing.set(transaction, trace.id);
}

/** Id of the trace that the transaction is of. */
export function traceOf(transaction: object): string | undefined {
  return writing.get(transaction);
}
