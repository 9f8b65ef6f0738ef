import Ajv from 'ajv';
import { createApp } from '../../../lambda/api/app';
import { createDependencies } from '../../../lambda/api/dependencies';
import openapi from '../../../lambda/openapi.json';

const deps = createDependencies(
  {
    region: 'eu-central-1',
    topologyTable: 't',
    topologyRegions: ['us-east-1'],
    sessionTable: 's',
    directoryTable: 'd',
    signingSecret: 'signing',
    originSecret: 'origin',
    peers: {},
    databaseTls: 'disable',
    cache: undefined,
    eventQueue: undefined,
    uploadBucket: undefined,
    notificationTable: undefined,
    draftTable: undefined,
    leaseMs: 10_000,
    poolSize: 10,
    port: 0,
    aws: { credentials: () => Promise.reject(new Error('unused')), endpoints: {} },
  },
  { poolSize: 1, log: () => undefined },
);
const METHODS = ['get', 'post', 'put', 'delete'] as const;

test('the OpenAPI file names every public route, and no other', () => {
  const documented = Object.entries(openapi.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => `${method} ${path}`),
  );
  const routes = createApp(deps)
    .routes.filter(({ method, path }) => method !== 'ALL' && !path.startsWith('/internal/'))
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`);
  expect([...new Set(routes)].sort()).toEqual([...documented].sort());
});

test('its references lead somewhere, and its schemas are schemas', () => {
  const text = JSON.stringify(openapi);
  const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!);
  expect(references.length).toBeGreaterThan(50);
  for (const path of references) {
    const found = path
      .split('/')
      .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], openapi);
    expect({ path, found: typeof found }).toEqual({ path, found: 'object' });
  }
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema(openapi, 'openapi');
  for (const name of Object.keys(openapi.components.schemas))
    expect(() => ajv.compile({ $ref: `openapi#/components/schemas/${name}` })).not.toThrow();
});

test('what needs a token says that it answers 401, and every write says 503', () => {
  for (const [path, item] of Object.entries(openapi.paths))
    for (const method of METHODS) {
      const operation = (item as Record<string, unknown>)[method] as
        | {
            security?: object[];
            responses: Record<string, unknown>;
            parameters?: { $ref?: string }[];
          }
        | undefined;
      if (operation === undefined) continue;
      const { security = [], responses, parameters = [] } = operation;
      expect({ path, method, has: '401' in responses }).toEqual({
        path,
        method,
        has: security.length > 0 || path === '/api/users/login',
      });
      if (parameters.some(({ $ref }) => $ref?.endsWith('IdempotencyKey')))
        expect({ path, has: '503' in responses }).toEqual({ path, has: true });
      // Headers that are judged.
      if (parameters.some(({ $ref }) => /IdempotencyKey|TimeLeft/.test($ref ?? '')))
        expect({ path, method, has: '422' in responses }).toEqual({ path, method, has: true });
    }
});

/** Of what is sent in answers, by the pointer of its schema. */
function* answered(value: unknown, at: string): Generator<readonly [string, Schema]> {
  if (typeof value !== 'object' || value === null) return;
  if ('properties' in value) yield [at, value as Schema];
  for (const [key, part] of Object.entries(value)) yield* answered(part, `${at}/${key}`);
}

interface Schema {
  readonly properties: object;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

/** What may lack: an article that is gone has nothing to show. */
const OPTIONAL = ['#/components/schemas/FeedEvent article'];
/** What clients send: more is passed over, less is left as it is. */
const SENT = /requestBody|schemas\/(New\w+|Credentials|UserChange|ArticleChange)$/;

test('an answer bears every property that is documented for it, and no other', () => {
  const schemas = [...answered(openapi, '#')].filter(([at]) => !SENT.test(at));
  expect(schemas.length).toBeGreaterThan(20);
  const lacking = schemas.flatMap(([at, { properties, required = [] }]) =>
    Object.keys(properties).flatMap((name) => (required.includes(name) ? [] : [`${at} ${name}`])),
  );
  expect(lacking).toEqual(OPTIONAL);
  const open = schemas.filter(([, schema]) => schema.additionalProperties !== false);
  expect(open.map(([at]) => at)).toEqual([]);
});
