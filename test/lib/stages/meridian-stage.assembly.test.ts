import { synthesized } from '../../support/assembly';
import { bundleFixture } from '../../support/stack';

const bundle = bundleFixture();

test('a declared zone needs no zone stack and no binding', async () => {
  const { stacks } = await synthesized({ zone: { id: 'Z0123456789' } });
  expect(stacks.has('Zone')).toBe(false);
  for (const id of ['Edge', 'Service-us-east-2']) {
    expect(stacks.get(id)!.text).not.toContain('bindings/zone-id');
    expect(stacks.get(id)!.text).toContain('"HostedZoneId": "Z0123456789"');
  }
});

test('the workload is replaced by a declared bundle with paths, variables and memory', async () => {
  const { stacks } = await synthesized({
    services: {
      shop: {
        bundle,
        healthPath: '/alive',
        readyPath: '/ready',
        environment: { CURRENCY: 'EUR' },
        memoryMiB: 2048,
      },
    },
  });
  const { text } = stacks.get('Service-us-east-2')!;
  for (const expected of ['"/alive"', '"/ready"', '"CURRENCY": "EUR"', '"MemorySize": 2048']) {
    expect(text).toContain(expected);
  }
  const reference = (await synthesized()).stacks.get('Service-us-east-2')!.text;
  const keys = (template: string): string[] => template.match(/[0-9a-f]{64}\.zip/g) ?? [];
  expect(keys(text)[0]).not.toBe(keys(reference)[0]);
});

describe('compute', () => {
  const SERVICE = 'Service-us-east-2';
  const types = async (compute: object, id = SERVICE): Promise<ReadonlySet<string>> => {
    const { stacks } = await synthesized({ services: { api: { compute } } });
    return new Set(Object.values(stacks.get(id)!.template.Resources).map(({ Type }) => Type));
  };

  test('of functions alone has no server, nothing to pull and nothing to watch of one', async () => {
    const found = await types({ lambda: {} });
    expect([...found].filter((type) => /^AWS::(ECS|ECR|Application)/.test(type))).toEqual([]);
    const { stacks } = await synthesized({ services: { api: { compute: { lambda: {} } } } });
    expect(stacks.get('Alarms-us-east-2')!.text).not.toMatch(/too-few-servers|busy-servers/);
  });

  test('of servers alone has no function of the service, and none is watched', async () => {
    const compute = { lambda: { weight: 0 }, fargate: {} };
    expect(await types(compute)).toContain('AWS::ECS::Service');
    const { stacks } = await synthesized({ services: { api: { compute } } });
    expect(stacks.get(SERVICE)!.text).not.toContain('"TargetType": "lambda"');
    expect(stacks.get('Alarms-us-east-2')!.text).not.toContain('function-errors');
  });
});

test('without a cache nothing is told of one, and nobody may open its port', async () => {
  const { stacks } = await synthesized({ cache: false });
  expect([...stacks.keys()].filter((id) => id.startsWith('Cache'))).toEqual([]);
  for (const { text } of stacks.values()) {
    expect(text).not.toMatch(/CACHE_ENDPOINT|6379|AWS\/ElastiCache/);
  }
});

test('servers and functions are told of the cache of their own Region', async () => {
  const { stacks } = await synthesized();
  const imported = stacks.get('Service-us-east-2')!.text.match(/meridian-cache-[\w-]+(?=:)/g);
  expect(imported).toEqual(['meridian-cache-us-east-2', 'meridian-cache-us-east-2']);
});

test('where a Region serves in us-east-1, its own key and topic serve alarms about Regions', async () => {
  const { stacks } = await synthesized({ regions: { 'us-east-1': {}, 'eu-west-1': {} } });
  expect(stacks.has('EdgeFoundation')).toBe(false);
  const health = stacks.get('HealthAlarms')!;
  expect(health.text).not.toContain('AWS::SNS::Topic');
  expect(health.text).toContain('arn:aws:sns:us-east-1:123456789012:meridian-alarms');
  expect(health.dependencies).toContain('Alarms-us-east-1');
});
