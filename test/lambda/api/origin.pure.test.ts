import { createApp } from '../../../lambda/api/app';
import type { Dependencies } from '../../../lambda/api/dependencies';
import { createDependencies } from '../../../lambda/api/dependencies';
import { loadEnvironment } from '../../../lambda/environment';

const settings = loadEnvironment({
  MERIDIAN_REGION: 'eu-central-1',
  TOPOLOGY_TABLE: 'topology',
  TOPOLOGY_REGIONS: 'us-east-2',
  SESSION_TABLE: 'sessions',
  DIRECTORY_TABLE: 'directory',
  SIGNING_SECRET: 'signing',
  ORIGIN_SECRET: 'origin',
  PEER_URLS: 'us-east-2=https://us-east-2.origin.example.com',
  DATABASE_TLS: 'disable',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'key',
});
const statusOf = async (
  changes: Partial<Dependencies>,
  path: string,
  headers: Record<string, string> = {},
): Promise<number> => {
  const deps = createDependencies(settings, { poolSize: 1, log: () => undefined });
  return (await createApp({ ...deps, ...changes }).request(path, { headers })).status;
};
const demanding = { demandedOrigin: () => Promise.resolve('known to the CDN') };

test('where servers demand the origin secret, only who knows it gets beyond health', async () => {
  const known = { 'x-origin-verify': 'known to the CDN' };
  const wrong = { 'x-origin-verify': 'guessed' };
  expect(await statusOf(demanding, '/api/nothing')).toBe(403);
  expect(await statusOf(demanding, '/api/nothing', wrong)).toBe(403);
  expect(await statusOf(demanding, '/api/nothing', known)).toBe(404);
  expect(await statusOf(demanding, '/healthz')).toBe(200);
});

test('elsewhere the load balancer has asked already', async () => {
  expect(await statusOf({}, '/api/nothing')).toBe(404);
});
