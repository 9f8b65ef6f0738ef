import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../processes';
import type { Account, Answer } from './client';

/** A function starts cold. */
const PATIENCE_MS = 30_000;

type Asking = NonNullable<Parameters<Account['ask']>[2]>;

export type Ask = (path: string, options?: Asking) => Promise<Answer>;

/** Whoever asks as CloudFront does: with the secret header, at a Region's own name. */
async function caller(account: Account, region: string): Promise<Ask> {
  const secret = await account.secret(region, 'meridian/origin');
  return async (path, { headers, ...options } = {}) =>
    await account.ask(`${region}.origin.example.com`, path, {
      ...options,
      headers: { 'x-origin-verify': secret, ...headers },
    });
}

export interface Writer {
  /** Posts an article as a user of one's own. */
  post(title: string): Promise<Answer>;
}

/** A user registered in a Region. */
export async function writer(account: Account, region: string): Promise<Writer> {
  return await writerBy(await caller(account, region));
}

/** A user registered wherever is asked, as a client does who is told to come again. */
export async function writerBy(ask: Ask): Promise<Writer> {
  const username = `user${Date.now()}`;
  const user = { username, email: `${username}@example.com`, password: 'correct horse' };
  const headers = { 'idempotency-key': username };
  const registered = await eventually(
    () => ask('/api/users', { method: 'POST', headers, body: { user } }),
    ({ status }) => status !== 503,
    PATIENCE_MS,
  );
  if (registered.status !== 201)
    throw new Error(`registration was answered ${registered.status}: ${registered.body}`);
  const { token } = (JSON.parse(registered.body) as { user: { token: string } }).user;
  return {
    post: async (title) => {
      const article = { title, description: 'by the deployed', body: 'functions', tagList: [] };
      const headers = { authorization: `Token ${token}` };
      return await ask('/api/articles', { method: 'POST', headers, body: { article } });
    },
  };
}

export interface Reader {
  /** Asks until the Region's copy has it, half a minute at most: a function starts cold. */
  article(slug: string): Promise<Answer>;
}

export async function reader(account: Account, region: string): Promise<Reader> {
  return readerBy(await caller(account, region));
}

/** Whoever reads wherever is asked. */
export function readerBy(ask: Ask): Reader {
  return {
    article: async (slug) => {
      for (let attempt = 0; ; attempt += 1) {
        const answer = await ask(`/api/articles/${slug}`);
        if (answer.status === 200 || attempt === 150) return answer;
        await sleep(200);
      }
    },
  };
}
