import { createContext, runInContext } from 'node:vm';
import { REGIONS, resolveDeployment, viewerRegions } from '../../../../lib/config';
import reference from '../../../../lib/config/declarations/multi-region';
import { regionPicker } from '../../../../lib/constructs/edge/private/region-picker';

const NAMES = ['eu-central-1', 'us-east-2', 'ap-northeast-1'];
const hostsOf = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, `${name}.origin.example.com`]));
const viewers = viewerRegions(resolveDeployment(reference));
const code = regionPicker({ hosts: hostsOf(NAMES), viewers });

interface Viewer {
  readonly country?: string;
  readonly method?: string;
  readonly host?: string;
  readonly drained?: string;
}

/** Origins in the order in which CloudFront would ask them. */
async function pick({ country, method = 'GET', host = 'example.com', drained }: Viewer) {
  let picked: readonly string[] = [];
  const cf = {
    selectRequestOriginById: (id: string) => (picked = [id]),
    createRequestOriginGroup: (group: { originIds: { originId: string }[] }) =>
      (picked = group.originIds.map(({ originId }) => originId)),
    kvs: () => ({
      get: (key: string) =>
        key === 'drained' && drained !== undefined
          ? Promise.resolve(drained)
          : Promise.reject(new Error('KeyNotFound')),
    }),
  };
  const context = createContext({ cf });
  runInContext(code.replace("import cf from 'cloudfront';", ''), context);
  const headers = {
    host: { value: host },
    ...(country !== undefined && { 'cloudfront-viewer-country': { value: country } }),
  };
  const event = { request: { method, uri: '/api/tags', headers } };
  const result = (await runInContext(`handler(${JSON.stringify(event)})`, context)) as object;
  expect(result).toMatchObject({ uri: '/api/tags' });
  return picked;
}

test.each<[string, Viewer, string[]]>([
  ['a read goes to the nearest, then to the next', { country: 'JP' }, ['ap-northeast-1', 'eu-central-1']],
  ['a write goes to the nearest alone', { country: 'US', method: 'POST' }, ['us-east-2']],
  ['a drained Region gets no reads', { country: 'FR', drained: 'eu-central-1' }, ['us-east-2', 'ap-northeast-1']],
  ['and no writes', { country: 'FR', method: 'PUT', drained: 'eu-central-1' }, ['us-east-2']],
  ['with one Region left there is no group', { country: 'FR', drained: 'eu-central-1,us-east-2' }, ['ap-northeast-1']],
  ['with all drained it acts as if none were', { country: 'FR', drained: NAMES.join(',') }, ['eu-central-1', 'us-east-2']],
  ['a name of no Region drains none', { country: 'FR', drained: 'elsewhere' }, ['eu-central-1', 'us-east-2']],
  ['an unknown country has the declared order', { country: 'ZZ' }, ['eu-central-1', 'us-east-2']],
  ['no country too', {}, ['eu-central-1', 'us-east-2']],
  ["a Region's own name leads there, drained or not", { country: 'JP', host: 'EU-central-1.origin.example.com', drained: 'eu-central-1' }, ['eu-central-1']],
])('%s', async (_, viewer, expected) => {
  expect(await pick(viewer)).toEqual(expected);
}); // prettier-ignore

test('it fits into a function with every Region that can serve, and says so beyond', () => {
  const names = Object.keys(REGIONS);
  const many = resolveDeployment(reference);
  const [region] = many.regions;
  const every = names.slice(0, 8).map((name) => ({ ...region!, name }));
  const wide = viewerRegions({ ...many, regions: every });
  expect(
    Buffer.byteLength(regionPicker({ hosts: hostsOf(names.slice(0, 8)), viewers: wide })),
  ).toBeLessThan(10_240);
  const hosts = Object.fromEntries(names.map((name) => [name, `${'x'.repeat(1000)}.${name}`]));
  expect(() => regionPicker({ hosts, viewers })).toThrow(/must be at most 10240 bytes, got: \d+/);
});
