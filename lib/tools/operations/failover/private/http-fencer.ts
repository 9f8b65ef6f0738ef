import { createHash, createHmac } from 'node:crypto';
import type { Fencer } from './ports';

/** A request to a server's internal routes. */
export interface InternalRequest {
  readonly from: string;
  readonly to: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: string;
}

export interface HttpFencerOptions {
  /** Who asks, for the servers' logs. */
  readonly from: string;
  /** Base URL of a Region's load balancer; undefined where it has none. */
  readonly url: (region: string) => string | undefined;
  /** The value of the signing secret: a key, or a ring of keys of which the current one signs. */
  readonly signingSecret: string;
  /** What the load balancer demands in `x-origin-verify`. */
  readonly originSecret: string;
  /** Longest wait for an answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** Orders the fence over the servers' own route `POST /internal/fence`. */
export function httpFencer(options: HttpFencerOptions): Fencer {
  return {
    close: async (shard, region, epoch) => {
      const url = options.url(region);
      if (url === undefined) return false;
      const body = JSON.stringify({ shard, epoch });
      const { from, signingSecret, originSecret, timeoutMs } = options;
      const request = { from, to: region, method: 'POST', path: '/internal/fence', body } as const;
      try {
        const answer = await fetch(new URL(request.path, url), {
          method: request.method,
          body,
          headers: {
            'content-type': 'application/json',
            'x-origin-verify': originSecret,
            ...signInternal(request, signingSecret, Date.now()),
          },
          signal: AbortSignal.timeout(timeoutMs),
        });
        await answer.arrayBuffer();
        return answer.status === 200;
      } catch {
        return false;
      }
    },
  };
}

/**
 * The headers by which a server knows that whoever asks holds the signing secret: as those of a
 * write between Regions (lambda/platform/forward.ts, to which a test holds this).
 *
 * @throws SyntaxError for a value that begins as a ring and is none
 */
export function signInternal(
  { from, to, method, path, body }: InternalRequest,
  secret: string,
  now: number,
): Readonly<Record<string, string>> {
  const digest = (text: string) => createHash('sha256').update(text).digest('base64url');
  // Neither an idempotency key nor a session belongs to it.
  const fields = [from, to, now, method, path, '', digest(''), digest(body)];
  const key = createHmac('sha256', currentKey(secret)).update('forwarded-write').digest();
  const hmac = createHmac('sha256', key).update(JSON.stringify(fields)).digest('base64url');
  return { 'x-meridian-forwarded-by': from, 'x-meridian-signature': `t=${now},v1=${hmac}` };
}

/** Of a ring of keys the one that signs (lambda/platform/signing-keys.ts). */
function currentKey(secret: string): string {
  return secret.startsWith('{') ? (JSON.parse(secret) as { current: string }).current : secret;
}
