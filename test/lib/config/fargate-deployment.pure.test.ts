import { resolveDeployment } from '../../../lib/config';
import type { FargateDeployment, FargateDeploymentDeclaration } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';
import { faultsIn } from '../../support/faults';

const declared = (deployment: object, kind = 'network'): object => ({
  ...reference,
  services: { api: { compute: { fargate: { deployment } }, loadBalancing: { kind } } },
});
const read = (deployment: FargateDeploymentDeclaration): FargateDeployment | undefined =>
  resolveDeployment(declared(deployment)).services[0]?.compute.fargate?.deployment;
const faultsOf = (input: object) =>
  faultsIn(input).map(({ path, found, allowed }) => `${path}: ${found} | ${allowed}`);
const AT = 'services.api.compute.fargate.deployment';

test('tasks are replaced in a rolling update unless something else is declared', () => {
  const [service] = resolveDeployment(reference).services;
  expect(service?.compute.fargate?.deployment).toEqual({ strategy: 'rolling' });
});

test('each strategy has its defaults, those of ECS', () => {
  expect(read({ strategy: 'blue-green' })).toEqual({ strategy: 'blue-green', bakeMinutes: 10 });
  expect(read({ strategy: 'canary' })).toEqual({
    ...{ strategy: 'canary', percent: 5, minutes: 10, bakeMinutes: 10 },
  });
  expect(read({ strategy: 'linear', percent: 12.5, minutes: 0, bakeMinutes: 0 })).toEqual({
    ...{ strategy: 'linear', percent: 12.5, minutes: 0, bakeMinutes: 0 },
  });
});

test.each<[string, object, string, string[]]>([
  [
    'behind a load balancer with several rules',
    { strategy: 'canary' },
    'application',
    [
      `${AT}.strategy: "canary" | "rolling", or \`loadBalancing.kind\` "network": ECS moves one listener rule, and the others have one for health, one for verified requests and shares of other kinds`,
    ],
  ],
  [
    'a share in a deployment that has none',
    { strategy: 'blue-green', percent: 5 },
    'network',
    [`${AT}.percent: an option with "blue-green" | only with \`strategy\` canary or linear`],
  ],
  [
    'steps that ECS does not take',
    { strategy: 'linear', percent: 2, minutes: 1441, bakeMinutes: 1.5 },
    'network',
    [
      `${AT}.bakeMinutes: 1.5 | a whole number of 0 to 1440`,
      `${AT}.percent: 2 | a number of 3 to 100 in steps of 0.1`,
      `${AT}.minutes: 1441 | a whole number of 0 to 1440`,
    ],
  ],
  [
    'what takes longer than CloudFormation waits',
    { strategy: 'linear', percent: 10, minutes: 300 },
    'network',
    [`${AT}: 2710 minutes | a deployment of at most 1980 minutes, which CloudFormation waits for`],
  ],
  [
    'an unknown strategy',
    { strategy: 'random' },
    'network',
    [`${AT}.strategy: "random" | "rolling", "blue-green", "canary", "linear"`],
  ],
])('refuses %s', (_, deployment, kind, faults) => {
  expect(faultsOf(declared(deployment, kind))).toEqual(faults);
});
