import { readFile } from 'node:fs/promises';
import type { AwsCredentials } from '../environment';
import { unavailable } from './errors';

/** Where a container's credentials come from: the variables that ECS and EKS set. */
export interface CredentialSource {
  readonly url: string;
  /** Value of the header `authorization`. */
  readonly token?: string;
  /** File with that value, read anew each time: EKS rotates it. */
  readonly tokenFile?: string;
}

/** Address of the agent on an ECS host, to which relative addresses belong. */
export const ECS_HOST = 'http://169.254.170.2';
/** The hosts that AWS documents; a token goes to no other over plain HTTP. */
const PLAIN_HOSTS = new Set(['169.254.170.2', '169.254.170.23', '[fd00:ec2::23]', 'localhost']);

/** Keys are replaced this long before they end. */
const EARLY_MS = 5 * 60_000;
/** After a failed attempt the keys at hand serve this long before the next one. */
const RETRY_MS = 1_000;
const TIMEOUT_MS = 1_000;
const ATTEMPTS = 3;

/** Whether credentials may be asked of an address: HTTPS, this machine, or an agent of AWS. */
export function isCredentialUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  if (protocol === 'https:') return true;
  const local = PLAIN_HOSTS.has(hostname) || /^127(\.\d+){3}$|^\[::1\]$/.test(hostname);
  return protocol === 'http:' && local;
}

interface Expiring extends AwsCredentials {
  /** Epoch milliseconds. */
  readonly expires: number;
}

/**
 * Credentials of the container's role, cached until five minutes before they end, one look-up at a
 * time. Keys that still hold outlive an agent that does not answer.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export function containerCredentials(
  source: CredentialSource,
  now: () => number = Date.now,
): () => Promise<AwsCredentials> {
  let held: Expiring | undefined;
  let fetching: Promise<Expiring> | undefined;
  let notBefore = 0;
  return async () => {
    const usable = held !== undefined && held.expires > now() ? held : undefined;
    if (usable !== undefined && (usable.expires - EARLY_MS > now() || now() < notBefore))
      return usable;
    fetching ??= fetchWithRetries(source).finally(() => (fetching = undefined));
    try {
      return (held = await fetching);
    } catch (error) {
      notBefore = now() + RETRY_MS;
      if (usable === undefined) throw error;
      return usable;
    }
  };
}

async function fetchWithRetries(source: CredentialSource): Promise<Expiring> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await fetchCredentials(source);
    } catch {
      // What went wrong may quote the answer: it goes nowhere.
      if (attempt === ATTEMPTS)
        throw unavailable('credentials', 'cannot be had from the container');
    }
  }
}

async function fetchCredentials({ url, token, tokenFile }: CredentialSource): Promise<Expiring> {
  const authorization =
    tokenFile === undefined ? token : (await readFile(tokenFile, 'utf8')).trim();
  const response = await fetch(url, {
    headers: authorization === undefined ? {} : { authorization },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  const answer = (await response.json()) as Readonly<Record<string, unknown>>;
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = answer;
  const expires = Date.parse(String(Expiration));
  if (typeof AccessKeyId !== 'string' || typeof SecretAccessKey !== 'string' || isNaN(expires))
    throw new Error('the answer holds no credentials');
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(typeof Token === 'string' && { sessionToken: Token }),
    expires,
  };
}
