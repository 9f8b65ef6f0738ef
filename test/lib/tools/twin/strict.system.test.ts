import { join, resolve } from 'node:path';
import { TestTwin } from '../../../support/twin';

/** `twin up --strict`, on a machine without any cache server. */
jest.setTimeout(120_000);

const FIXTURES = resolve(__dirname, '../../../fixtures');
const GREETER = join(FIXTURES, 'greeter/declaration.mjs');
let twin: TestTwin;
beforeEach(() => {
  twin = new TestTwin({ PATH: '/nowhere' });
});
afterEach(async () => {
  expect(await twin.stop()).toEqual([]);
});

it('is refused for the cache, which can be had, with the remedies and nothing left behind', async () => {
  const refusal = twin.start('multi-region', '--strict');
  await expect(refusal).rejects.toThrow(/exit code 1[\s\S]*--strict refuses stand-ins/);
  await expect(refusal).rejects.toThrow(/AWS::ElastiCache::ReplicationGroup: stand-in/);
  await expect(refusal).rejects.toThrow(/Remedy: .*meridian twin prepare/);
  // DynamoDB is emulated whatever one installs.
  await expect(refusal).rejects.not.toThrow(/AWS::DynamoDB/);
});

it('runs where everything that can be real is real', async () => {
  const { ready, parts } = await twin.start(GREETER, '--strict');
  expect(ready).toBe(true);
  const emulated = parts.filter(({ state }) => state === 'emulated');
  expect(emulated.map(({ resource }) => resource)).toContain('AWS::DynamoDB::GlobalTable');
});
