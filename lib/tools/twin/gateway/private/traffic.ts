import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a load balancer has served since it started, without the questions of health checks. */
export interface TrafficCount {
  readonly requests: number;
  /** Requests that may change something. */
  readonly writes: number;
  /** Answers of 500 and above, and answers that were cut off. */
  readonly failed: number;
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Of the twin's own Route 53 and of load balancers. */
const HEALTH_CHECK = /health-?check/i;

/** Counts the requests of users. */
export class TrafficCounter {
  private count: TrafficCount = { requests: 0, writes: 0, failed: 0 };

  public get value(): TrafficCount {
    return this.count;
  }

  /** Call before the request is served. */
  public watch({ method = 'GET', headers }: IncomingMessage, response: ServerResponse): void {
    if (HEALTH_CHECK.test(headers['user-agent'] ?? '')) return;
    const write = READS.has(method) ? 0 : 1;
    response.once('close', () => {
      const failed = response.statusCode >= 500 || !response.writableFinished ? 1 : 0;
      const { requests, writes, failed: before } = this.count;
      this.count = { requests: requests + 1, writes: writes + write, failed: before + failed };
    });
  }
}
