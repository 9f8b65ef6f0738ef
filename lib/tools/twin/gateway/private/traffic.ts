import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a load balancer has served since it started, without the questions of health checks. */
export interface TrafficCount {
  readonly requests: number;
  /** Requests that may change something. */
  readonly writes: number;
  /** Answers of 500 and above, and answers that were cut off. */
  readonly failed: number;
  /** Answers that end by themselves, and what all of them took together, in milliseconds. */
  readonly timed: number;
  readonly tookMs: number;
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Of the twin's own Route 53 and of load balancers. */
const HEALTH_CHECK = /health-?check/i;

/** Answers that stay open until something happens: how long they take tells nothing. */
const WAITS = /^\/api\/stream\b/;

/** Counts the requests of users. */
export class TrafficCounter {
  private count: TrafficCount = { requests: 0, writes: 0, failed: 0, timed: 0, tookMs: 0 };

  public get value(): TrafficCount {
    return this.count;
  }

  /** Call before the request is served. */
  public watch(request: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', headers, url = '' } = request;
    if (HEALTH_CHECK.test(headers['user-agent'] ?? '')) return;
    const write = READS.has(method) ? 0 : 1;
    const began = performance.now();
    response.once('close', () => {
      const failed = response.statusCode >= 500 || !response.writableFinished ? 1 : 0;
      const before = this.count;
      const timed = WAITS.test(url) ? 0 : 1;
      this.count = {
        requests: before.requests + 1,
        writes: before.writes + write,
        failed: before.failed + failed,
        timed: before.timed + timed,
        tookMs: before.tookMs + timed * (performance.now() - began),
      };
    });
  }
}
