import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadAssembly, type Assembly } from '../../../../lib/tools/assembly';
import { recordSets } from '../../../../lib/tools/twin/dns';

const root = resolve(__dirname, '../../../..');
const outDir = mkdtempSync(join(tmpdir(), 'meridian-reference-'));
let assembly: Assembly;

beforeAll(() => {
  // The application as the CDK runs it: in a process of its own, without jest's transforms.
  execFileSync(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
    cwd: root,
    env: { ...process.env, CDK_OUTDIR: outDir, CDK_VALIDATION: 'false' },
  });
  assembly = loadAssembly(outDir);
}, 120_000);
afterAll(() => {
  rmSync(outDir, { recursive: true, force: true });
});

/** Attributes that AWS generates, so that no composite of them can be known before deployment. */
const GENERATED = /^[^/]+\/\w+\.[\w.]+ is only known after deployment$/;

it('resolves every property to a value, a symbol, or a composite of a generated attribute', () => {
  const unexpected: string[] = [];
  let properties = 0;
  for (const resource of assembly.resources()) {
    for (const [name, value] of Object.entries(resource.properties)) {
      properties += 1;
      const resolution = assembly.resolve(value, resource);
      if (resolution.kind === 'unknown' && !GENERATED.test(resolution.reason)) {
        unexpected.push(`${resource.key}.${name}: ${resolution.reason}`);
      }
    }
  }
  expect(unexpected).toEqual([]);
  expect(properties).toBeGreaterThan(500);
});

it('resolves every property fully once symbols are answered', () => {
  const left = assembly.resources().flatMap((resource) => {
    const resolution = assembly.resolve(resource.properties, resource, () => 'a,b,c,d');
    return resolution.kind === 'known' ? [] : [resource.key];
  });
  expect(left).toEqual([]);
});

it('finds the hosted zone behind the binding that every service reads', () => {
  const records = assembly
    .resources({ type: 'AWS::Route53::RecordSet' })
    .filter((record) => record.stack.id.startsWith('Service-'));
  const [zone] = assembly.resources({ type: 'AWS::Route53::HostedZone' });
  expect(records.length).toBeGreaterThanOrEqual(6);
  for (const record of records) {
    expect(assembly.resolve(record.properties['HostedZoneId'], record)).toEqual({
      kind: 'symbol',
      symbol: { resource: zone!.key, attribute: 'Ref' },
    });
  }
});

it('decides every condition', () => {
  expect(assembly.resources().filter((resource) => resource.included === 'unknown')).toEqual([]);
});

it('finds the object code of every function among the assets of its stack', () => {
  const functions = assembly.resources({ type: 'AWS::Lambda::Function' });
  expect(functions.length).toBeGreaterThanOrEqual(6);
  for (const resource of functions) {
    const code = assembly.resolve(resource.properties['Code'], resource);
    const key = code.kind === 'known' ? (code.value as { S3Key?: string }).S3Key : undefined;
    const keys = [...resource.stack.assets.values()].flatMap((asset) => asset.objectKeys);
    if (key !== undefined) expect(keys).toContain(key);
  }
});

it('links the CDN to the latency records of every Region by their common name', () => {
  const [distribution] = assembly.resources({ type: 'AWS::CloudFront::Distribution' });
  const named = assembly.edges
    .filter((edge) => edge.from === distribution?.key && edge.kind === 'name')
    .map((edge) => assembly.resource(edge.to)!)
    .filter((to) => to.type === 'AWS::Route53::RecordSet' && to.stack.id.startsWith('Service-'));
  expect(named.map((to) => to.stack.region).sort()).toEqual([
    'ap-northeast-1',
    'eu-central-1',
    'us-east-2',
  ]);
});

it('links the global cluster to the birth cluster by its computed ARN', () => {
  const [cluster] = assembly.resources({ type: 'AWS::RDS::GlobalCluster' });
  const source = assembly.edges.find((edge) => edge.from === cluster?.key && edge.kind === 'arn');
  expect(source).toMatchObject({ path: 'SourceDBClusterIdentifier' });
  expect(assembly.resource(source!.to)).toMatchObject({ type: 'AWS::RDS::DBCluster' });
});

it('has latency records of one name, each with its own health check, for the name server', () => {
  const { records } = recordSets(assembly, ({ attribute }) =>
    attribute === 'DNSName' ? '127.1.0.80' : undefined,
  );
  const origin = records.filter(({ policy }) => policy.kind === 'latency');
  expect(new Set(origin.map(({ name }) => name))).toEqual(new Set(['origin.example.com']));
  expect(new Set(origin.map(({ healthCheck }) => healthCheck)).size).toBe(3);
  for (const { healthCheck } of origin) {
    expect(assembly.resource(healthCheck ?? '')?.type).toBe('AWS::Route53::HealthCheck');
  }
});
