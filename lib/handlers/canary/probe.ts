import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';

/** What an answer must be beside a 200: nothing more, JSON that can be read, or a page. */
export type Expected = 'status' | 'json' | 'page';

/** One request. */
export interface Check {
  readonly url: string;
  readonly expects: Expected;
  /** Whether the door demands to know who asks. */
  readonly verified?: boolean;
}

/** A name that is asked, and what it has to answer. */
export interface Target {
  /** The dimension `Target` of the metrics. */
  readonly name: string;
  readonly checks: readonly Check[];
}

/** The environment variable `TARGETS` as JSON. */
export type TargetList = readonly Target[];

/** How one request went. */
export interface Answer {
  readonly url: string;
  readonly milliseconds: number;
  /** What is wrong with it; null where nothing is. */
  readonly why: string | null;
}

/** How a target is: good where each answer is, and as slow as the slowest of them. */
export interface Finding {
  readonly target: string;
  readonly good: boolean;
  readonly milliseconds: number;
  readonly answers: readonly Answer[];
}

export interface ProbeOptions {
  /** Most that one request may take, from looking up the name to the last byte of the body. */
  readonly timeoutMs: number;
  /** What `x-origin-verify` says. @throws where it cannot be had */
  readonly secret: () => Promise<string>;
}

/** No answer that we ask for is longer; a longer one is wrong. */
const MOST_BYTES = 1_048_576;

/** Asks all targets at the same time; one that fails takes no other's finding away. */
export async function probe(targets: TargetList, options: ProbeOptions): Promise<Finding[]> {
  return await Promise.all(
    targets.map(async ({ name, checks }) => {
      const answers = await Promise.all(checks.map(async (it) => await ask(it, options)));
      return {
        target: name,
        good: answers.length > 0 && answers.every(({ why }) => why === null),
        milliseconds: Math.max(0, ...answers.map(({ milliseconds }) => milliseconds)),
        answers,
      };
    }),
  );
}

async function ask(check: Check, { timeoutMs, secret }: ProbeOptions): Promise<Answer> {
  const { url, expects, verified } = check;
  let begun = performance.now();
  const answer = (why: string | null): Answer => ({
    ...{ url, why, milliseconds: Math.round(performance.now() - begun) },
  });
  try {
    const headers: Record<string, string> = {};
    if (verified === true) headers['x-origin-verify'] = await secret();
    begun = performance.now();
    return answer(faultOf(await fetchOnce(url, headers, timeoutMs), expects));
  } catch (error) {
    return answer(reasonOf(error));
  }
}

interface Response {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** On a connection of its own: each call looks the name up, shakes hands and sees the certificate. */
async function fetchOnce(
  url: string,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<Response> {
  const request = url.startsWith('https:') ? requestSecure : requestPlain;
  const signal = AbortSignal.timeout(timeoutMs);
  return await new Promise((resolve, reject) => {
    const own = { 'user-agent': 'meridian-canary', 'cache-control': 'no-cache' };
    const sent = request(url, { agent: false, signal, headers: { ...own, ...headers } }, (got) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      got.on('data', (part: Buffer) => {
        parts.push(part);
        bytes += part.length;
        if (bytes > MOST_BYTES) sent.destroy(new Error(`more than ${MOST_BYTES} bytes`));
      });
      got.once('error', reject);
      got.once('end', () => {
        const type = got.headers['content-type'] ?? '';
        const body = Buffer.concat(parts).toString('utf8');
        resolve({ status: got.statusCode ?? 0, type, body });
      });
    });
    sent.once('error', reject);
    sent.end();
  });
}

function faultOf({ status, type, body }: Response, expects: Expected): string | null {
  if (status !== 200) return `status ${status}`;
  switch (expects) {
    case 'status':
      return null;
    case 'json':
      return isJson(body) ? null : 'no JSON';
    case 'page':
      return type.startsWith('text/html') && body !== '' ? null : 'no page';
  }
}

function isJson(body: string): boolean {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

/** A code such as ENOTFOUND or CERT_HAS_EXPIRED says more than the message. */
function reasonOf(error: unknown): string {
  const { name, code, message } = error as Partial<NodeJS.ErrnoException>;
  if (name === 'AbortError' || name === 'TimeoutError') return 'timeout';
  return code ?? message ?? String(error);
}
