import openapi from '../../../lambda/openapi.json';
import { Documentation } from '../../conformance/documented';
import { type Answer, overHttp } from './client';
import { usedUp } from './limits';
import { draft, joined, person } from './live';
import { overSocket, headerOf, jsonOf } from './raw';
import { METHODS } from './routes';
import type { ServerOfTest } from './sharded';

interface Operation {
  readonly parameters?: readonly { readonly $ref?: string; readonly name?: string }[];
  readonly security?: readonly object[];
  readonly responses: Readonly<Record<string, unknown>>;
}

type Params = Readonly<Record<string, string>>;

const OPERATIONS = Object.entries(openapi.paths as unknown as Record<string, object>).flatMap(
  ([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => ({
      ...{ method, path },
      operation: (item as Readonly<Record<string, Operation>>)[method]!,
    })),
);
/** What only an outage answers: of the others, who waits no longer is told so. The tests of outages see them. */
export const OF_OUTAGES: ReadonlySet<string> = new Set(
  OPERATIONS.filter(({ operation }) => !takes(operation, 'TimeLeft')).map(
    ({ method, path }) => `${method} ${path} 503`,
  ),
);
/** What is well asked, by operation; of the others, nothing. */
const BODIES: Readonly<Record<string, () => object>> = {
  'post /api/users': () => ({ user: person() }),
  'post /api/users/login': () => ({ user: { email: 'nobody@example.com', password: 'x' } }),
  'put /api/user': () => ({ user: { bio: 'I write' } }),
  'post /api/articles': () => ({ article: draft() }),
  'put /api/articles/{slug}': () => ({ article: { body: 'Changed.' } }),
  'post /api/articles/{slug}/comments': () => ({ comment: { body: 'Indeed.' } }),
  'post /api/notifications/read': () => ({}),
  'put /api/drafts/{id}': () => ({ draft: draft() }),
  'post /api/drafts/{id}/publish': () => ({}),
  'post /api/uploads': () => ({ upload: { contentType: 'image/png', size: 10 } }),
};
const UNKNOWN: Params = {
  slug: 'x-0000000000001',
  username: 'nobody-of-that-name',
  id: '!',
  revision: 'x',
};

/** Asks one server in every way that is documented, and holds what it answers against what is. */
export class Asking {
  readonly documentation = new Documentation();
  readonly faults: string[] = [];

  constructor(private readonly at: ServerOfTest) {}

  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const answer = await overHttp(this.at, method.toUpperCase(), path, body, headers);
    const { status } = answer;
    const contentType = answer.headers.get('content-type');
    this.note({ method, path, status, contentType, body: answer.body });
    return answer;
  }

  /** What has no end is not waited for. */
  async listen(authorization: string): Promise<void> {
    const answer = await overSocket(
      this.at.url,
      `GET /api/stream HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n\r\n`,
    );
    const contentType = headerOf(answer, 'content-type');
    const { status } = answer;
    const body = status === 200 ? {} : jsonOf(answer);
    this.note({ method: 'get', path: '/api/stream', status, contentType, body });
  }

  /** As whoever has no such session, says what nobody understands, has no time, or has done enough. */
  async askAmiss(authorization: string, known: Params): Promise<void> {
    const tired = await this.tire();
    for (const { method, path, operation } of OPERATIONS) {
      const { security = [] } = operation;
      const body = BODIES[`${method} ${path}`]?.();
      const at = filled(path, known);
      const as = (headers: Params, to = at, given: unknown = body) =>
        this.ask(method, to, given, { authorization, ...headers });
      if (security.length > 0) await as({ authorization: 'Token forged.token' });
      if (takes(operation, 'IdempotencyKey')) await as({ 'idempotency-key': 'x'.repeat(201) });
      else if (method !== 'get' && '422' in operation.responses)
        await as({ 'x-meridian-time-left': 'soon' }, at, body === undefined ? body : { x: {} });
      if (takes(operation, 'TimeLeft')) await as({ 'x-meridian-time-left': '0' });
      if (takes(operation, 'limit')) await as({}, `${at}?limit=0&q=x`);
      if (takes(operation, 'after')) await as({}, `${at}?after=x`);
      if (path.includes('{')) await as({}, filled(path, UNKNOWN));
      if ('429' in operation.responses) await as({ authorization: tired });
    }
  }

  /** Somebody who has used up what they may do in this minute, which does not end. */
  private async tire(): Promise<string> {
    const { authorization } = await joined(overHttp, this.at);
    const token = await this.at.deps.sessions.verify(authorization.replace('Token ', ''), false);
    const limiter = await usedUp(token!.userId, 'nobody@example.com');
    Object.assign(this.at.deps, { limiter });
    return authorization;
  }

  private note(told: Parameters<Documentation['faultOf']>[0]): void {
    const fault = this.documentation.faultOf(told);
    if (fault !== undefined) this.faults.push(`${told.method} ${told.path}: ${fault}`);
  }
}

function takes({ parameters = [] }: Operation, name: string): boolean {
  return parameters.some((one) => one.name === name || one.$ref?.endsWith(`/${name}`));
}

function filled(path: string, params: Params): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? 'x');
}
