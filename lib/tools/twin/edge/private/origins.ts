import type { IncomingMessage } from 'node:http';
import { Agent, request as httpRequest } from 'node:http';
import type { EdgeOptions, EdgeTarget, ObjectOrigin, OriginPatience } from '..';
import type { Arrived } from './answer-cache';
import type { ViewerOutcome } from './viewer-function';

/** CloudFront's own. */
export const PATIENCE: OriginPatience = { attempts: 3, connectSeconds: 10, readSeconds: 30 };
const READS = ['GET', 'HEAD'];

/** An origin that has been waited for. */
export class OriginSilent extends Error {}

type Headers = Record<string, string | string[]>;

/** A viewer's request, as it is asked of an origin. */
export interface Asked {
  readonly request: IncomingMessage;
  /** What the behavior's function made of it. */
  readonly outcome: Extract<ViewerOutcome, { kind: 'request' }>;
  /** In place of the viewer's own, where the edge keeps answers. @default the viewer's own */
  readonly conditions?: Readonly<Record<string, string>>;
}

/** Asks the origins of a distribution, in the order in which they stand in for one another. */
export class Origins {
  private readonly agent = new Agent({ keepAlive: true });

  public constructor(private readonly options: Pick<EdgeOptions, 'region' | 'steer'>) {}

  public close(): void {
    this.agent.destroy();
  }

  /** undefined where no Region can be asked. @throws Error where none answers */
  public async ask(target: EdgeTarget, asked: Asked): Promise<Arrived | undefined> {
    if (target.kind === 'balancers') return await this.balancer(target, asked);
    return target.kind === 'objects'
      ? await this.objects(target, asked)
      : await this.picked(target, asked);
  }

  private async balancer(
    target: Extract<EdgeTarget, { kind: 'balancers' }>,
    asked: Asked,
  ): Promise<Arrived | undefined> {
    const { request } = asked;
    const region = this.options.region ?? this.options.steer?.(target.host, viewerOf(request));
    const url = region === undefined ? undefined : target.urls[region];
    if (region === undefined || url === undefined) return undefined;
    const headers = forwarded(asked, target.headers);
    const to = { url, path: request.url ?? '/', headers, patience: target.patience };
    return { region, message: await this.fetch(request, to) };
  }

  /** The origins that the function picked, a write to the first alone. */
  private async picked(
    target: Extract<EdgeTarget, { kind: 'picked' }>,
    asked: Asked,
  ): Promise<Arrived | undefined> {
    const {
      request,
      outcome: { origins, failoverStatuses },
    } = asked;
    const ids = origins.length === 0 ? [target.otherwise] : origins;
    const members = ids.flatMap((id) => target.origins[id] ?? []);
    const reads = ['GET', 'HEAD', 'OPTIONS'].includes(request.method ?? 'GET');
    return await this.inTurn(reads ? members : members.slice(0, 1), failoverStatuses, (it) =>
      this.fetch(request, {
        ...{ url: it.url, path: request.url ?? '/', patience: it.patience },
        headers: forwarded(asked, it.headers),
      }),
    );
  }

  private async objects(
    target: Extract<EdgeTarget, { kind: 'objects' }>,
    { request, outcome, conditions }: Asked,
  ): Promise<Arrived | undefined> {
    const members = this.inOrder(target.members);
    return await this.inTurn(members, target.failoverStatuses, ({ url, host, patience }) =>
      this.fetch(request, { url, path: outcome.uri, headers: { ...conditions, host }, patience }),
    );
  }

  /** The first member that answers, and not with a status that sends on to the next. */
  private async inTurn<T extends { readonly region: string }>(
    members: readonly T[],
    failoverStatuses: readonly number[],
    ask: (member: T) => Promise<IncomingMessage>,
  ): Promise<Arrived | undefined> {
    for (const [at, member] of members.entries()) {
      const last = at === members.length - 1;
      const message = await ask(member).catch((error: unknown) => {
        if (last) throw error;
        return undefined;
      });
      if (message === undefined) continue;
      if (last || !failoverStatuses.includes(message.statusCode ?? 502)) {
        return { region: member.region, message };
      }
      message.resume();
    }
    return undefined;
  }

  /** A Region's own listener asks that Region's bucket first. */
  private inOrder(members: readonly ObjectOrigin[]): readonly ObjectOrigin[] {
    const own = members.filter(({ region }) => region === this.options.region);
    return [...own, ...members.filter((member) => !own.includes(member))];
  }

  /** What has been sent in part is not sent again: a read has nothing to send. @throws Error */
  private async fetch(request: IncomingMessage, to: Sent): Promise<IncomingMessage> {
    const { attempts } = to.patience ?? PATIENCE;
    const tries = READS.includes(request.method ?? 'GET') ? attempts : 1;
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.attempt(request, to);
      } catch (error) {
        if (tried >= tries || request.destroyed) throw error;
      }
    }
  }

  private attempt(request: IncomingMessage, to: Sent): Promise<IncomingMessage> {
    const { connectSeconds, readSeconds } = to.patience ?? PATIENCE;
    const { path, headers } = to;
    const { hostname, port } = new URL(to.url);
    return new Promise((resolve, reject) => {
      const { method = 'GET' } = request;
      const outgoing = httpRequest({ hostname, port, path, method, headers, agent: this.agent });
      const give = (up: string) => () =>
        outgoing.destroy(new OriginSilent(`the origin did not ${up}`));
      const connecting = setTimeout(give('let it in'), connectSeconds * 1000);
      outgoing.once('socket', (socket) => {
        const connected = () => {
          clearTimeout(connecting);
        };
        if (socket.connecting) socket.once('connect', connected);
        else connected();
      });
      outgoing.setTimeout(readSeconds * 1000, give('answer'));
      outgoing.once('response', resolve);
      outgoing.once('error', reject);
      outgoing.once('close', () => {
        clearTimeout(connecting);
      });
      request.once('aborted', () => outgoing.destroy());
      if (READS.includes(method)) outgoing.end();
      else request.pipe(outgoing);
    });
  }
}

interface Sent {
  /** Base URL. */
  readonly url: string;
  readonly path: string;
  readonly headers: Headers;
  readonly patience: OriginPatience | undefined;
}

/** The address that steers: the first of X-Forwarded-For, so that a vantage point can be tried. */
export function viewerOf(request: IncomingMessage): string {
  const forwarded = request.headers['x-forwarded-for'];
  const first =
    String(forwarded ?? '')
      .split(',', 1)[0]
      ?.trim() ?? '';
  return first === '' ? (request.socket.remoteAddress ?? '') : first;
}

/** A viewer's request as the edge passes it on. */
function forwarded({ request, conditions }: Asked, own: Readonly<Record<string, string>>): Headers {
  const hop = request.socket.remoteAddress ?? '';
  const before = request.headers['x-forwarded-for'];
  return {
    ...forwardable(request, conditions !== undefined),
    ...conditions,
    'x-forwarded-for': before === undefined ? hop : `${String(before)}, ${hop}`,
    via: '1.1 meridian-twin (stands for CloudFront)',
    ...own,
  };
}

/** What the edge asks for itself where it keeps answers: the whole, and whether it has changed. */
const CONDITIONS = new Set(['if-none-match', 'if-modified-since', 'range', 'if-range']);
export const HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade']);

function forwardable(request: IncomingMessage, keeps: boolean): Headers {
  const entries = Object.entries(request.headers).flatMap(([name, value]) =>
    HOP.has(name) || value === undefined || (keeps && CONDITIONS.has(name))
      ? []
      : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}
