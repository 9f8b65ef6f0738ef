import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Assembly } from '../../../../../lib/tools/assembly';
import { loadAssembly } from '../../../../../lib/tools/assembly';
import { standingCost } from '../../../../../lib/tools/cost';
import type { TwinPlan } from '../../../../../lib/tools/twin/plan';
import { planTwin, surveyAssembly } from '../../../../../lib/tools/twin/plan';
import { synthesized } from '../../../../support/assembly';
import { placesOf } from '../../../../support/twin-places';
import type { SynthesizedStack } from '../../../../support/assembly';

jest.setTimeout(120_000);

let assembly: Assembly;
let plan: TwinPlan;
let stacks: ReadonlyMap<string, SynthesizedStack>;

beforeAll(async () => {
  const made = await synthesized({
    regions: { 'eu-central-1': {}, 'us-east-2': {} },
    services: {
      api: {
        environment: { SAYING: 'a "quoted" $HOME \\ `x`' },
        compute: {
          lambda: { rollout: 'canary-10-percent-5-minutes' },
          fargate: { weight: 30, spot: {} },
          ec2: { weight: 50, warmPool: { size: 3 } },
        },
        loadBalancing: { algorithm: 'round-robin', slowStartSeconds: 60, autoshift: true },
      },
    },
  });
  stacks = made.stacks;
  assembly = loadAssembly(made.directory);
  const survey = surveyAssembly(assembly, { real: true, label: 'Valkey' });
  plan = planTwin(assembly, {
    marker: {},
    authority: '/twin/authority.pem',
    via: (_from, place) => place,
    places: placesOf(survey),
  });
});

test('three kinds share a Region, each with its own target group, balanced as declared', () => {
  const { balancer, servers, functions } = plan.regions[0]!;
  const [rule] = balancer.listener.rules;
  const shares = rule?.action.kind === 'forward' ? rule.action.targetGroups : [];
  expect(shares.map(({ weight }) => weight)).toEqual([20, 30, 50]);
  const groups = shares.map(({ targetGroup }) => balancer.targetGroups[targetGroup]!);
  expect(groups.map(({ kind }) => kind)).toEqual(['function', 'servers', 'servers']);
  expect(groups[2]).toMatchObject({
    balancing: { algorithm: 'round-robin', anomalyMitigation: false, slowStartSeconds: 60 },
  });
  expect([Object.keys(functions), Object.keys(servers)].map((keys) => keys.length)).toEqual([1, 2]);
});

test('a server on an instance has the module and the variables of one on a task', () => {
  const [task, instance] = Object.values(plan.regions[0]!.servers);
  expect(instance!.environment).toEqual(task!.environment);
  expect(instance!.environment['SAYING']).toBe('a "quoted" $HOME \\ `x`');
  expect(instance!.environment).not.toHaveProperty('PORT');
  expect(instance).toMatchObject({ sha256: task!.sha256, memoryMiB: 4096 });
  // One address for both, and only one can have the port.
  expect([task!.port, instance!.port]).toEqual([8080, 0]);
  const bytes = readFileSync(instance!.file);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(instance!.sha256);
});

test('the fewest instances are priced with their volumes, and nothing of theirs is unknown', () => {
  const { lines, unknown } = standingCost(assembly);
  const instances = lines.filter(({ service }) => service === 'EC2' || service === 'EBS');
  expect(instances.map(({ item, region, quantity }) => [item, region, quantity])).toEqual(
    ['eu-central-1', 'us-east-2'].flatMap((region) => [
      ['c7g.large instance', region, 9],
      ['GB of gp3 volume', region, (9 + 3) * 8],
    ]),
  );
  expect(unknown).toEqual([]);
});

test('too few instances and busy ones ring, and zones are left for practice under an alarm', () => {
  const { template } = stacks.get('Alarms-us-east-2')!;
  const text = JSON.stringify(template.Resources);
  expect(text).toContain('docs/runbook.md#too-few-servers');
  expect(text).toContain('"AlarmName":"meridian-too-few-servers-instances"');
  expect(text).toContain('"AlarmName":"meridian-busy-servers-instances"');
  const [autoshift] = Object.values(template.Resources).filter(
    ({ Type }) => Type === 'AWS::ARCZonalShift::ZonalAutoshiftConfiguration',
  );
  expect(autoshift?.Properties).toMatchObject({
    PracticeRunConfiguration: {
      OutcomeAlarms: [
        {
          AlarmIdentifier:
            'arn:aws:cloudwatch:us-east-2:123456789012:alarm:meridian-load-balancer-errors',
        },
      ],
    },
  });
});

test('templates of Regions stay equal, and well below what a stack holds', () => {
  const [one, other] = ['eu-central-1', 'us-east-2'].map(
    (region) => stacks.get(`Service-${region}`)!.template.Resources,
  );
  expect(Object.keys(one!).length).toBeLessThan(150);
  // A version is named after all that it is made of, the Region's own variables among them.
  const ids = (of: object) => Object.keys(of).map((id) => id.replace(/(Version).*/, '$1'));
  expect(ids(other!)).toEqual(ids(one!));
});
