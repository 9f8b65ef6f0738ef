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
