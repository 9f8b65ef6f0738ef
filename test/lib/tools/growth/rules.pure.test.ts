import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import rules from '../../../../lib/tools/growth/data/replacement.json';
import { isStateful, rulesOf } from '../../../../lib/tools/growth';

interface Specified {
  readonly cloudFormationType: string;
  readonly properties: Readonly<Record<string, { readonly causesReplacement?: string }>>;
}

test('the rules are those of the specification that the pinned CDK command line carries', () => {
  const file = join(dirname(require.resolve('aws-cdk/package.json')), 'db.json.gz');
  const { schema } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as {
    schema: { resource: { entities: Record<string, Specified> } };
  };
  const specified = new Map(
    Object.values(schema.resource.entities).map((it) => [it.cloudFormationType, it.properties]),
  );
  const named = (type: string, answer: string): string[] =>
    Object.entries(specified.get(type) ?? {})
      .filter(([, { causesReplacement }]) => causesReplacement === answer)
      .map(([name]) => name)
      .sort();
  expect(Object.keys(rules).length).toBeGreaterThan(400);
  for (const [type, { replaced, perhaps }] of Object.entries(rules)) {
    expect({ type, replaced, perhaps }).toEqual({
      type,
      replaced: named(type, 'yes'),
      perhaps: named(type, 'maybe'),
    });
  }
});

test('what only fails is told apart from what is replaced', () => {
  expect(rulesOf('AWS::EC2::Volume')?.refused).toContain('AvailabilityZone');
  expect(rulesOf('AWS::RDS::DBCluster')?.replaced).toContain('KmsKeyId');
  expect(rulesOf('AWS::Nobody::Knows')).toBeUndefined();
});

test('an instance holds data where it is not one of a cluster', () => {
  expect(isStateful('AWS::RDS::DBInstance', {})).toBe(true);
  expect(isStateful('AWS::RDS::DBInstance', { DBClusterIdentifier: 'main' })).toBe(false);
  expect(isStateful('AWS::ElastiCache::ReplicationGroup', {})).toBe(false);
});
