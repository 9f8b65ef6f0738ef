import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:http';
import type { Place } from '../../plan';
import type { World, WorldRegion } from './world';

export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Outcome = Answer | { readonly kind: 'timeout' } | { readonly kind: 'connection' };

/** Whether a server has said that it has enough to do. */
export function isOverload(outcome: Outcome): boolean {
  return outcome.kind === 'answer' && outcome.body.includes('"overload"');
}

/** How long an answer asks to wait, in milliseconds; undefined where it does not say. */
export function retryAfterMs(outcome: Outcome): number | undefined {
  const said = outcome.kind === 'answer' ? Number(outcome.headers['retry-after'] ?? NaN) : NaN;
  return Number.isFinite(said) ? 1_000 * said : undefined;
}

/**
 * So long a client waits for an answer, in milliseconds: longer than a server waits until the entering Region
 * shows a write (3 s), which takes that long while its standby finds the new writer.
 */
export const PATIENCE_MS = 5_000;
/** Number of the record type `A`. */
const TYPE_A = 1;

interface Resolved {
  readonly place: Place;
  readonly until: number;
}

/**
 * Users near a Region, as the CDN's edge location there sends them on: it asks the twin's DNS for the
 * origin, keeps the answer for its lifetime, and adds the origin's headers.
 */
export class Client {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 512 });
  private resolved: Resolved | undefined;

  public constructor(
    private readonly world: World,
    public readonly near: WorldRegion,
  ) {}

  /** Through DNS; `connection` where DNS gives no Region. */
  public async send(
    method: string,
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> {
    const place = this.resolve();
    if (place === undefined) return { kind: 'connection' };
    return this.sendTo(place, method, path, body, headers);
  }

  /** To a load balancer, whatever DNS says. */
  public sendTo(
    { address: host, port }: Place,
    method: string,
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
    patienceMs = PATIENCE_MS,
  ): Promise<Outcome> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve) => {
      const outgoing = request({
        ...{ host, port, method, path, agent: this.agent },
        headers: {
          ...this.world.origin.headers,
          ...headers,
          'x-forwarded-for': this.near.viewer,
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        },
      });
      const timer = setTimeout(() => {
        resolve({ kind: 'timeout' });
        outgoing.destroy();
      }, patienceMs);
      const broken = () => {
        clearTimeout(timer);
        resolve({ kind: 'connection' });
      };
      outgoing.once('error', broken);
      outgoing.once('response', (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.once('error', broken);
        incoming.once('end', () => {
          clearTimeout(timer);
          const { statusCode: status = 0, headers: received } = incoming;
          resolve({
            kind: 'answer',
            status,
            headers: received,
            body: String(Buffer.concat(chunks)),
          });
        });
      });
      outgoing.end(text);
    });
  }

  public close(): void {
    this.agent.destroy();
  }

  private resolve(): Place | undefined {
    const now = performance.now();
    if (this.resolved !== undefined && now < this.resolved.until) return this.resolved.place;
    const { parts, origin, regions } = this.world;
    const question = { name: origin.host, type: TYPE_A };
    const record = parts.steering.server.answer(question, this.near.viewer).records[0];
    const address = record === undefined ? '' : [...record.data].join('.');
    const region = regions.find(({ answer }) => answer === address);
    if (record === undefined || region === undefined) return undefined;
    const until = now + (record.ttl * 1000) / parts.timeScale;
    this.resolved = { place: region.gateway, until };
    return region.gateway;
  }
}
