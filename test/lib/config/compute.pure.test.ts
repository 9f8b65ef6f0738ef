import { instanceSize, resolveDeployment } from '../../../lib/config';
import type { Compute } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';
import { faultsIn } from '../../support/faults';

const declared = (compute: object): object => ({ ...reference, services: { api: { compute } } });
const resolved = (compute: object): Compute =>
  resolveDeployment(declared(compute)).services[0]!.compute;
const AT = 'services.api.compute';

const faultsOf = (compute: object) =>
  faultsIn(declared(compute)).map(({ path, found }) => `${path.replace(`${AT}.`, '')}: ${found}`);

it('shares requests and the fewest servers among three kinds', () => {
  const { lambda, fargate, ec2 } = resolved({
    lambda: {},
    fargate: { weight: 40 },
    ec2: { weight: 40 },
  });
  expect([lambda?.weight, fargate?.weight, ec2?.weight]).toEqual([20, 40, 40]);
  // Two fifths of 868 a second for a Region, on two of three zones: 174 for each zone.
  expect(fargate?.minTasks).toBe(6);
  expect(ec2).toMatchObject({ minInstances: 3, maxInstances: 12, instanceTypes: ['c7g.large'] });
});

it('scales by processor and by requests, all on demand, unless declared otherwise', () => {
  const scaling = {
    cpuPercent: 50,
    requests: true,
    queueAge: undefined,
    steps: [],
    schedules: [],
    predictive: undefined,
  };
  expect(resolved({ lambda: {}, fargate: {}, ec2: {} })).toEqual({
    lambda: { weight: 20, provisioned: undefined, rollout: 'all-at-once' },
    fargate: {
      weight: 80,
      ...{ cpu: 1024, memoryMiB: 2048, requestsPerSecond: 100, minTasks: 6, maxTasks: 24 },
      ...{ scaling, spot: undefined, deployment: { strategy: 'rolling' } },
    },
    ec2: {
      weight: 80,
      ...{ instanceTypes: ['c7g.large'], requestsPerSecond: 200 },
      ...{ minInstances: 3, maxInstances: 12 },
      ...{ scaling, spot: undefined, warmPool: 0 },
    },
  });
});

it('keeps every property that is declared', () => {
  const scaling = {
    cpuPercent: 60,
    requests: false,
    queueAge: { queue: 'events', seconds: 30 },
    steps: [
      { aboveCpuPercent: 70, addPercent: 50 },
      { aboveCpuPercent: 90, addPercent: 100 },
    ],
    predictive: 'forecast-and-scale',
  };
  const morning = { cron: '0 8 * * MON-FRI', timeZone: 'Europe/Berlin', min: 60, max: 80 };
  const schedules = { morning };
  const lambda = {
    weight: 1,
    provisioned: { min: 5, max: 9 },
    rollout: 'linear-10-percent-every-1-minute',
  };
  const spot = { onDemandFloor: 2, percent: 70 };
  const fargate = {
    weight: 3,
    ...{ cpu: 512, memoryMiB: 4096, requestsPerSecond: 70, maxTasks: 90 },
    ...{ scaling: { ...scaling, schedules }, spot },
  };
  const ec2 = {
    weight: 2,
    ...{ instanceType: 'c8g.xlarge', alternatives: ['m8g.xlarge', 'r7g.xlarge'] },
    ...{ requestsPerSecond: 110, maxInstances: 90, warmPool: { size: 2 } },
    scaling: { ...scaling, schedules },
  };
  const kept = {
    ...scaling,
    // By the name that AWS's metrics go by.
    queueAge: { queue: 'meridian-events.fifo', seconds: 30 },
    schedules: [{ name: 'morning', ...morning }],
  };
  expect(resolved({ lambda, fargate, ec2 })).toEqual({
    lambda,
    fargate: {
      ...{ ...fargate, minTasks: 12, scaling: kept },
      deployment: { strategy: 'rolling' },
    },
    ec2: {
      weight: 2,
      instanceTypes: ['c8g.xlarge', 'm8g.xlarge', 'r7g.xlarge'],
      ...{ requestsPerSecond: 110, minInstances: 6, maxInstances: 90 },
      ...{ scaling: kept, spot: undefined, warmPool: 2 },
    },
  });
});

it('has no instances where none are declared', () => {
  expect(resolveDeployment(reference).services[0]?.compute.ec2).toBeUndefined();
});

it('counts the fewest instances by what one of their type carries', () => {
  const fewest = (ec2: object): number | undefined => resolved({ ec2 }).ec2?.minInstances;
  expect(fewest({})).toBe(9);
  expect(fewest({ instanceType: 'c8g.medium' })).toBe(15);
  expect(fewest({ requestsPerSecond: 2000 })).toBe(3);
});

it('keeps the fewest on demand where Spot is declared, so that Spot only adds', () => {
  expect(resolved({ ec2: { spot: {} } }).ec2).toMatchObject({
    minInstances: 9,
    spot: { onDemandFloor: 9, percent: 100 },
  });
  expect(resolved({ fargate: { spot: {} } }).fargate?.spot?.onDemandFloor).toBe(15);
});

it('knows what a Graviton type has, and no other type', () => {
  expect(instanceSize('r8g.2xlarge')).toEqual({ vcpus: 8, memoryGiB: 64 });
  expect(instanceSize('c7gn.large')).toEqual({ vcpus: 2, memoryGiB: 4 });
  for (const other of ['c7i.large', 'c7g.huge', 'c6g.large', 'large', '']) {
    expect(instanceSize(other)).toBeUndefined();
  }
});

it.each<[string, object, string[]]>([
  ['an Intel type', { ec2: { instanceType: 'c7i.large' } }, ['ec2.instanceType: "c7i.large"']],
  [
    'alternatives that carry less, are the same, or come twice',
    { ec2: { alternatives: ['c8g.medium', 'c7g.large', 'm7g.large', 'm7g.large'] } },
    [
      'ec2.alternatives.0: "c8g.medium"',
      'ec2.alternatives.1: "c7g.large"',
      'ec2.alternatives: ["c8g.medium", "c7g.large", "m7g.large", "m7g.large"]',
    ],
  ],
  ['a warm pool beside Spot', { ec2: { spot: {}, warmPool: { size: 2 } } }, ['ec2.warmPool: both']],
  ['fewer at most than at least', { ec2: { maxInstances: 8 } }, ['ec2.maxInstances: 8']],
  [
    'a group that nothing scales',
    { ec2: { scaling: { cpuPercent: false, requests: false } } },
    ['ec2.scaling: no policy that adds servers'],
  ],
  [
    'a schedule below the fewest, of a form of its own, in no time zone',
    { fargate: { scaling: { schedules: { night: { cron: 'at night', timeZone: '?', min: 2 } } } } },
    [
      'fargate.scaling.schedules.night.min: 2',
      'fargate.scaling.schedules.night.cron: "at night"',
      'fargate.scaling.schedules.night.timeZone: "?"',
    ],
  ],
  [
    'steps that do not ascend',
    {
      ec2: {
        scaling: {
          steps: [
            { aboveCpuPercent: 80, addPercent: 20 },
            { aboveCpuPercent: 70, addPercent: 40 },
          ],
        },
      },
    },
    ['ec2.scaling.steps: 2 steps'],
  ],
  [
    'a queue without a name and a forecast of another kind',
    { ec2: { scaling: { queueAge: { queue: '', seconds: 0 }, predictive: 'yes' } } },
    [
      'ec2.scaling.queueAge.queue: ""',
      'ec2.scaling.queueAge.seconds: 0',
      'ec2.scaling.predictive: "yes"',
    ],
  ],
  [
    'a queue that is not declared',
    { fargate: { scaling: { queueAge: { queue: 'evnets', seconds: 5 } } } },
    ['fargate.scaling.queueAge.queue: "evnets"'],
  ],
  [
    'fewer ready functions at most than at least, and an unknown rollout',
    { lambda: { provisioned: { min: 5, max: 4 }, rollout: 'slowly' } },
    ['lambda.provisioned.max: 4', 'lambda.rollout: "slowly"'],
  ],
  ['Spot of nothing', { fargate: { spot: { percent: 0 } } }, ['fargate.spot.percent: 0']],
])('refuses %s', (_what, compute, expected) => {
  expect([...faultsOf(compute)].sort()).toEqual([...expected].sort());
});

it('takes no variable of several lines to instances, which read them from a file', () => {
  const service = (compute: object): object => ({
    ...reference,
    services: { api: { environment: { TEXT: 'two\nlines' }, compute } },
  });
  expect(() => resolveDeployment(service({ ec2: {} }))).toThrow(/TEXT: found .*of one line/);
  expect(() => resolveDeployment(service({ fargate: {} }))).not.toThrow();
});
