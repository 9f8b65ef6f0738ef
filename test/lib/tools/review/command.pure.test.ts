import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import Ajv from 'ajv';
import { Command } from 'commander';
import schema from '../../../../docs/schemas/review.schema.json';
import { registerReview } from '../../../../lib/tools/review';
import { ROOT } from '../../../support/root';
import { assemblyFiles, Fixtures } from '../assembly/fixture';

const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

/** A record that follows no health; two Regions serve. */
const stacks = Object.fromEntries(
  ['eu-west-1', 'us-west-2'].map((region) => [
    region,
    {
      region,
      template: {
        Resources: {
          Balancer: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: {} },
          Record: {
            Type: 'AWS::Route53::RecordSet',
            Properties: {
              Name: 'example.com',
              Type: 'A',
              SetIdentifier: region,
              Region: region,
              AliasTarget: { DNSName: { 'Fn::GetAtt': ['Balancer', 'DNSName'] } },
            },
          },
        },
      },
    },
  ]),
);

async function run(...args: string[]): Promise<{ code: number; out: string }> {
  const stdout = new PassThrough();
  let code = 0;
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  registerReview(program, {
    cwd: ROOT,
    root: ROOT,
    env: {},
    stdout,
    stderr: new PassThrough(),
    finish: (exitCode) => {
      code = exitCode;
    },
  });
  await program.parseAsync(['review', ...args], { from: 'user' });
  return { code, out: String(stdout.read() ?? '') };
}

const findingsOf = (out: string) =>
  (JSON.parse(out) as { findings: { rule: string; resource: string }[] }).findings;

it('reports findings as JSON that the schema admits, with exit code 1', async () => {
  const { code, out } = await run(fixtures.write(assemblyFiles(stacks)), '--json');
  expect(code).toBe(1);
  const validate = new Ajv({ allowUnionTypes: true }).compile(schema);
  expect([validate(JSON.parse(out)), validate.errors]).toEqual([true, null]);
  expect(findingsOf(out)).toContainEqual(
    expect.objectContaining({ rule: 'steered-record-unchecked', resource: 'eu-west-1/Record' }),
  );
});

it('ends with 0 where nothing is found', async () => {
  const directory = fixtures.write(assemblyFiles({ Empty: { template: {} } }));
  const { code, out } = await run(directory);
  expect(code).toBe(0);
  expect(out).toContain('0 errors');
});

it('says what, where and what to do as text and as Markdown', async () => {
  const directory = fixtures.write(assemblyFiles(stacks));
  const texts = [await run(directory), await run(directory, '--format', 'markdown')];
  for (const { out } of texts) {
    expect(out).toContain('steered-record-unchecked');
    expect(out).toContain('eu-west-1/Record');
    expect(out).toContain('HealthCheckId');
  }
});

it('reads plain templates whose path names their Region, JSON and YAML', async () => {
  const directory = fixtures.write({
    'eu-west-1/app.json': stacks['eu-west-1']!.template,
    'package.json': { name: 'not a template' },
  });
  mkdirSync(join(directory, 'us-west-2'));
  writeFileSync(
    join(directory, 'us-west-2/app.yaml'),
    [
      'Resources:',
      '  Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}',
      '  Record:',
      '    Type: AWS::Route53::RecordSet',
      '    Properties:',
      '      Name: example.com',
      '      Type: A',
      '      SetIdentifier: !Ref AWS::Region',
      '      Region: !Sub "${AWS::Region}"',
      '      AliasTarget: {DNSName: !GetAtt Balancer.DNSName}',
    ].join('\n'),
  );
  const { out } = await run(directory, '--json');
  const found = findingsOf(out).filter(({ rule }) => rule === 'steered-record-unchecked');
  expect(found.map(({ resource }) => resource)).toEqual([
    'eu-west-1/app/Record',
    'us-west-2/app/Record',
  ]);
});

it('places a template without a Region in those that are given, and asks for one otherwise', async () => {
  const directory = fixtures.write({ 'app.json': stacks['eu-west-1']!.template });
  await expect(run(directory)).rejects.toThrow(/app\.json: has no Region.*--region/);
  const { out } = await run(directory, '--json', '--region', 'eu-west-1,eu-west-2');
  expect(findingsOf(out).map(({ resource }) => resource)).toContain('app@eu-west-2/Record');
});

it.each([
  ['a directory without templates', () => fixtures.write({ 'a.txt': 'x' }), /nor a CloudFormation/],
  [
    'a broken template',
    () => fixtures.write({ 'eu-west-1/a.json': '{"Resources":' }),
    /is not JSON/,
  ],
  [
    'broken YAML',
    () => fixtures.write({ 'eu-west-1/a.yaml': 'Resources: [\n a: b' }),
    /is not YAML/,
  ],
  [
    'resources that are none',
    () => fixtures.write({ 'eu-west-1/a.json': { Resources: [] } }),
    /must be an object/,
  ],
  ['a declaration that is not there', () => './nowhere.ts', /no declaration file/],
])('refuses %s with a clear error', async (_, subject, message) => {
  await expect(run(subject())).rejects.toThrow(message);
});

it('refuses an intent with all its faults at once', async () => {
  const directory = fixtures.write({
    ...assemblyFiles(stacks),
    'intent.json': {
      objectives: { rtoSeconds: -1 },
      acknowledge: [{ rule: 'X', reason: 'because' }],
      more: 1,
    },
  });
  const problem = await run(directory, '--intent', join(directory, 'intent.json')).catch(String);
  for (const path of [
    'objectives.rtoSeconds',
    'acknowledge[0].rule',
    'acknowledge[0].expires',
    'intent.more',
  ]) {
    expect(problem).toContain(path);
  }
});

it('accepts what is acknowledged until the day it expires', async () => {
  const acknowledge = (expires: string) => ({
    acknowledge: [
      { rule: 'steered-record-unchecked', resource: 'eu-west-1/*', reason: 'a drill', expires },
    ],
  });
  const directory = fixtures.write({
    ...assemblyFiles(stacks),
    'now.json': acknowledge('2999-01-01'),
    'then.json': acknowledge('2001-01-01'),
  });
  const accepted = await run(directory, '--json', '--intent', join(directory, 'now.json'));
  expect(JSON.parse(accepted.out)).toHaveProperty('acknowledged', [
    expect.objectContaining({ resource: 'eu-west-1/Record', reason: 'a drill' }),
  ]);
  const { out } = await run(directory, '--json', '--intent', join(directory, 'then.json'));
  expect(findingsOf(out).map(({ rule }) => rule)).toContain('acknowledgement-stale');
  expect(findingsOf(out).map(({ resource }) => resource)).toContain('eu-west-1/Record');
});

test.each([
  [['--sum', '--lose', 'region:eu-west-1'], '--lose, --sum: one of them at a time'],
  [['--sum', '--format', 'sarif'], '--format sarif with --sum; allowed: text, json'],
  [['--intent', 'a.json', '--declaration', 'strong'], '--intent, --declaration: one of them'],
  [
    ['--single-points', '--sum', '--format', 'markdown'],
    '--single-points, --sum: one of them at a time; --format markdown with --single-points, --sum; allowed: text, json',
  ],
])('%j is refused: nothing that was asked is passed over', async (args, message) => {
  await expect(run(fixtures.write(assemblyFiles(stacks)), ...args)).rejects.toThrow(message);
});
