export interface Posting {
  /** Titles that were acknowledged, in order; when, and when they were sent last (as `performance.now` has it). */
  readonly acknowledged: readonly {
    readonly title: string;
    readonly sentAt: number;
    readonly at: number;
  }[];
  end(): Promise<void>;
}

const PAUSE_MS = 200;
/** Leaves the machine to what is tested. */
const REST_MS = 50;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function postJson(
  url: URL,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<{
  readonly status: number;
  readonly body: { readonly user: { readonly token: string } };
}> {
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text) as { user: { token: string } } };
}

/** A new user who posts until told to end: each article under one key, until it is acknowledged. */
export async function startPosting(url: URL, name: string): Promise<Posting> {
  const user = { username: name, email: `${name}@example.com`, password: 'correct horse' };
  const joined = await postJson(new URL('/api/users', url), { user });
  expect(joined.status).toBe(201);
  const authorization = `Token ${joined.body.user.token}`;
  const acknowledged: { title: string; sentAt: number; at: number }[] = [];
  const state = { ended: false };
  const over = () => state.ended;
  const run = async () => {
    for (let n = 0; !over(); n += 1) {
      const title = `${name} ${n}`;
      const article = { title, description: 'D', body: 'B' };
      for (let done = false; !done && !over();) {
        const headers = { authorization, 'idempotency-key': `${name}-${n}` };
        const sentAt = performance.now();
        const { status } = await postJson(new URL('/api/articles', url), { article }, headers);
        done = status === 201;
        if (done) acknowledged.push({ title, sentAt, at: performance.now() });
        else expect(status).toBe(503);
        await pause(done ? REST_MS : PAUSE_MS);
      }
    }
  };
  const running = run();
  return {
    acknowledged,
    end: async () => {
      state.ended = true;
      await running;
    },
  };
}
