import type { Hono } from 'hono/tiny';
import { createApp } from '../../../lambda/api/app';
import { createDependencies, type Dependencies } from '../../../lambda/api/dependencies';
import openapi from '../../../lambda/openapi.json';
import { unavailable } from '../../../lambda/platform/errors';
import { parseSigningKeys } from '../../../lambda/platform/signing-keys';
import type { Token } from '../../../lambda/platform/token';

export const METHODS = ['get', 'post', 'put', 'delete'] as const;

export interface Operation {
  readonly method: string;
  /** With a value in the place of each parameter. */
  readonly path: string;
}

/** What the OpenAPI file documents below `/api`. */
export function operations(): readonly Operation[] {
  return Object.entries(openapi.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item && path.startsWith('/api/')).map((method) => ({
      method: method.toUpperCase(),
      path: path.replace(/\{\w+\}/g, 'one-0000000000001'),
    })),
  );
}

/**
 * The routes as they are, over nothing that answers: whoever gets as far as the topology document is told 503.
 * Each token is its user's id.
 */
export function routesAlone(changed: Partial<Dependencies> = {}): Hono {
  const away = () => Promise.reject(unavailable('topology', 'is not there'));
  const deps = createDependencies(
    {
      ...{ region: 'eu-central-1', topologyTable: 't', topologyRegions: ['us-east-1'] },
      ...{ sessionTable: 's', directoryTable: 'd', signingSecret: 'k', originSecret: 'o' },
      ...{ peers: {}, databaseTls: 'disable', cache: undefined, eventQueue: undefined },
      ...{ uploadBucket: undefined, notificationTable: undefined, draftTable: undefined },
      ...{ leaseMs: 10_000, poolSize: 10, port: 0 },
      aws: { credentials: () => Promise.reject(new Error('unused')), endpoints: {} },
    },
    { poolSize: 1, log: () => undefined },
  );
  const verify = (userId: string): Promise<Token> =>
    Promise.resolve({ userId, sid: `session of ${userId}`, issuedAt: 0 });
  return createApp({
    ...deps,
    topology: { current: away, recheck: away } as unknown as Dependencies['topology'],
    sessions: { verify } as unknown as Dependencies['sessions'],
    signingKeys: () => Promise.resolve(parseSigningKeys('the signing secret of this test')),
    ...changed,
  });
}
