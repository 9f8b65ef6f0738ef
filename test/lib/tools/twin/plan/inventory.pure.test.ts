import { inventory } from '../../../../../lib/tools/twin/plan/private/inventory';
import { Fixtures } from '../../assembly/fixture';

const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

const partsOf = (resources: object) =>
  inventory(fixtures.load({ Service: { template: { Resources: resources } } }), {
    ...{ real: true, label: 'a cache' },
  });
const record = (properties: object) => ({
  Type: 'AWS::Route53::RecordSet',
  Properties: { Name: 'a.example.com', TTL: '60', ...properties },
});

test('a record that DNS cannot answer here is not counted among those that it answers', () => {
  const parts = partsOf({
    Plain: record({ Type: 'A', ResourceRecords: ['127.0.0.1'] }),
    Odd: record({ Type: 'NAPTR', ResourceRecords: ['x'] }),
  });
  expect(parts).toMatchObject([
    { state: 'real', count: 1 },
    { state: 'not run', count: 1, engine: 'records of type NAPTR are not served' },
  ]);
});

test('a type that nobody has thought of is listed as missing, and not passed over', () => {
  const [part] = partsOf({ New: { Type: 'AWS::Nobody::Knows', Properties: {} } });
  expect(part).toMatchObject({ resource: 'AWS::Nobody::Knows', state: 'not run', count: 1 });
  expect(part?.engine).toMatch(/^not known here/);
});
