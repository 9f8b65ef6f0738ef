import Ajv from 'ajv';
import schema from '../../../../docs/schemas/grow.schema.json';
import { growthStep } from '../../../../lib/tools/growth';
import type { GrowthStep } from '../../../../lib/tools/growth';
import { Fixtures } from '../assembly/fixture';
import type { StackFixture } from '../assembly/fixture';

const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

type Stacks = Readonly<Record<string, StackFixture>>;
const stack = (resources: object, extra: object = {}): StackFixture => ({
  template: { Resources: resources },
  ...extra,
});
const step = (before: Stacks, after: Stacks): GrowthStep =>
  growthStep(
    { name: 'before', assembly: fixtures.load(before) },
    { name: 'after', assembly: fixtures.load(after) },
  );
const table = (name: string, regions: readonly string[] = ['eu-central-1'], more: object = {}) => ({
  Type: 'AWS::DynamoDB::GlobalTable',
  Properties: { TableName: name, Replicas: regions.map((Region) => ({ Region })), ...more },
});
const cluster = (more: object) => ({
  Type: 'AWS::RDS::DBCluster',
  DeletionPolicy: 'Retain',
  Properties: { DBClusterIdentifier: 'main', Engine: 'aurora-postgresql', ...more },
});
const errors = ({ findings }: GrowthStep): string[] =>
  findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule);

describe('what holds data', () => {
  test('is found where it would be replaced', () => {
    const found = step(
      { Data: stack({ Cluster: cluster({ KmsKeyId: 'one' }) }) },
      { Data: stack({ Cluster: cluster({ KmsKeyId: 'other' }) }) },
    );
    expect(found.changes).toMatchObject([
      {
        kind: 'replaced',
        name: 'main',
        stateful: true,
        because: 'KmsKeyId was "one", becomes "other"',
      },
    ]);
    expect(errors(found)).toEqual(['stateful-replaced']);
  });

  test('is found where another resource that is replaced replaces it', () => {
    const subnets = (name: string) => ({
      Subnets: { Type: 'AWS::RDS::DBSubnetGroup', Properties: { DBSubnetGroupName: name } },
      Cluster: cluster({ DBSubnetGroupName: { Ref: 'Subnets' } }),
    });
    const found = step({ Data: stack(subnets('one')) }, { Data: stack(subnets('other')) });
    expect(found.changes.map(({ kind, logicalId }) => [kind, logicalId])).toEqual([
      ['replaced', 'Subnets'],
      ['replaced', 'Cluster'],
    ]);
    expect(errors(found)).toEqual(['stateful-replaced']);
  });

  test('is found where it may be replaced, and where the update would fail', () => {
    const perhaps = step(
      { Data: stack({ Cluster: cluster({ MasterUsername: 'a' }) }) },
      { Data: stack({ Cluster: cluster({ MasterUsername: 'b' }) }) },
    );
    expect(errors(perhaps)).toEqual(['stateful-replaced']);
    const volume = (zone: string) => ({
      Volume: { Type: 'AWS::EC2::Volume', Properties: { AvailabilityZone: zone } },
    });
    expect(errors(step({ Data: stack(volume('a')) }, { Data: stack(volume('b')) }))).toEqual([
      'update-refused',
    ]);
  });

  test('is found where it is given up, or only moved to another stack', () => {
    const gone = step({ Data: stack({ T: table('t') }) }, { Data: stack({ U: table('u') }) });
    expect(errors(gone)).toEqual(['stateful-removed']);
    const moved = step({ One: stack({ T: table('t') }) }, { Two: stack({ T: table('t') }) });
    expect(errors(moved).sort()).toEqual(['name-taken', 'stateful-removed']);
  });

  test('may change in place, and be told in another way', () => {
    const was = { Cluster: cluster({ KmsKeyId: { 'Fn::Join': ['', ['o', 'ne']] } }) };
    const is = { Cluster: cluster({ KmsKeyId: 'one', EngineVersion: '17.8' }) };
    const found = step({ Data: stack(was) }, { Data: stack(is) });
    expect(found.changes).toMatchObject([{ kind: 'changed' }]);
    expect(found.findings).toEqual([]);
  });
});

test('what holds nothing may be replaced', () => {
  const task = (Memory: string) => ({
    Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { Memory } },
  });
  const found = step({ Service: stack(task('512')) }, { Service: stack(task('1024')) });
  expect(found.summary.replaced).toBe(1);
  expect(found.findings).toEqual([]);
});

test('a type that nobody knows is told', () => {
  const thing = { Thing: { Type: 'AWS::Nobody::Knows', Properties: {} } };
  expect(step({}, { Other: stack(thing) }).findings).toMatchObject([
    { severity: 'warning', rule: 'unknown-type' },
  ]);
});

describe('deployments', () => {
  test('are one for each replica that a table gains, the last with everything else', () => {
    const regions = ['eu-central-1', 'us-east-2', 'ap-northeast-1', 'sa-east-1'];
    const found = step(
      { Tables: stack({ T: table('t', regions.slice(0, 1)) }) },
      { Tables: stack({ T: table('t', regions) }), More: stack({ U: table('u', regions) }) },
    );
    expect(found.deployments).toMatchObject([
      { number: 1, purpose: 'replica', tableRegions: regions.slice(0, 2), stacks: ['Tables'] },
      { number: 2, purpose: 'replica', tableRegions: regions.slice(0, 3), stacks: ['Tables'] },
      { number: 3, purpose: 'main', stacks: ['Tables', 'More'] },
    ]);
  });

  test('are one for each replica of a store with Regions of its own, beside those of all tables', () => {
    const found = step(
      {
        GlobalData: stack({ T: table('t', ['a', 'b']) }),
        'Store-counts': stack({ C: table('c', ['a']) }),
      },
      {
        GlobalData: stack({ T: table('t', ['a', 'b', 'c', 'd']) }),
        'Store-counts': stack({ C: table('c', ['b', 'd']) }),
      },
    );
    expect(found.deployments).toEqual([
      expect.objectContaining({
        ...{ purpose: 'replica', stacks: ['GlobalData', 'Store-counts'] },
        ...{ tableRegions: ['a', 'b', 'c'], storeRegions: { counts: ['a', 'b'] } },
      }),
      expect.objectContaining({
        ...{ purpose: 'replica', stacks: ['GlobalData', 'Store-counts'] },
        ...{ tableRegions: ['a', 'b', 'c', 'd'], storeRegions: { counts: ['a', 'b', 'd'] } },
      }),
      expect.objectContaining({ purpose: 'main', stacks: ['GlobalData', 'Store-counts'] }),
    ]);
  });

  test('never change the replicas, the witness or the consistency of a strong table', () => {
    const strong = { MultiRegionConsistency: 'STRONG' };
    const witness = (Region: string) => ({ ...strong, GlobalTableWitnesses: [{ Region }] });
    const of = (regions: string[], more: object) => ({
      'Store-ledger': stack({ L: table('l', regions, more) }),
    });
    const changes: [object, object][] = [
      [of(['a', 'b', 'c'], strong), of(['a', 'b', 'd'], strong)],
      [of(['a', 'b'], witness('c')), of(['a', 'b'], witness('d'))],
      [of(['a', 'b', 'c'], {}), of(['a', 'b', 'c'], strong)],
    ];
    for (const [before, after] of changes) {
      const found = step(before as Stacks, after as Stacks);
      expect(errors(found)).toEqual(['update-refused']);
      expect(found.deployments.filter(({ purpose }) => purpose === 'replica')).toEqual([]);
    }
    const same = step(of(['a', 'b', 'c'], strong), of(['c', 'b', 'a'], strong));
    expect(errors(same)).toEqual([]);
  });

  test('remove what has a name before they make what gets it', () => {
    const record = (logicalId: string) => ({
      [logicalId]: {
        Type: 'AWS::Route53::RecordSet',
        Properties: { Name: 'example.com.', Type: 'A', HostedZoneId: 'Z1' },
      },
    });
    const found = step(
      { Server: stack(record('Old')) },
      { Service: stack({ T: table('t') }), Edge: stack(record('New')) },
    );
    expect(found.deployments).toMatchObject([
      { purpose: 'main', stacks: ['Service'] },
      { purpose: 'remove', stacks: ['Server'] },
      { purpose: 'after-removal', stacks: ['Edge'] },
    ]);
    expect(errors(found)).toEqual([]);
  });

  test('are none where nothing changes', () => {
    const same = { Tables: stack({ T: table('t') }) };
    expect(step(same, same)).toMatchObject({ changes: [], deployments: [], findings: [] });
  });
});

test('a step is what the schema says', () => {
  const found = step(
    { Data: stack({ Cluster: cluster({ KmsKeyId: 'one' }), T: table('t') }) },
    { Data: stack({ Cluster: cluster({ KmsKeyId: 'other' }), T: table('t', ['a', 'b', 'c']) }) },
  );
  const validate = new Ajv({ strict: true }).compile(schema);
  expect(validate({ schemaVersion: 1, steps: [found] })).toBe(true);
  expect(validate({ schemaVersion: 1, steps: [{}] })).toBe(false);
});
