import { LOAD_BALANCING_RULES, resolveDeployment } from '../../../lib/config';
import type { LoadBalancing } from '../../../lib/config';
import { INSTANCE_TYPES } from '../../../lib/config/instance-types';
import reference from '../../../lib/config/declarations/multi-region';
import { faultsIn } from '../../support/faults';

const balanced = (loadBalancing: object, more: object = {}): object => ({
  ...reference,
  services: { api: { loadBalancing, ...more } },
});
const resolved = (of: object): LoadBalancing | undefined =>
  resolveDeployment(balanced(of)).services[0]?.loadBalancing;

const faultsOf = (declaration: object) =>
  faultsIn(declaration).map(({ path, found, allowed }) => `${path}: ${found} | ${allowed}`);

const AT = 'services.api.loadBalancing';

it('prefers the server with the fewest requests, keeps no client with one, and lets zones be left', () => {
  expect(resolveDeployment(reference).services[0]?.loadBalancing).toEqual({
    kind: 'application',
    algorithm: 'least-outstanding-requests',
    anomalyMitigation: false,
    slowStartSeconds: undefined,
    stickinessSeconds: undefined,
    deregistrationSeconds: 30,
    keepAliveSeconds: 60,
    idleTimeoutSeconds: 60,
    crossZone: true,
    zonalShift: true,
    autoshift: false,
    minimumHealthy: {
      routing: { count: 1, percentage: 33 },
      dns: { count: 1, percentage: undefined },
    },
  });
});

it('mitigates anomalies where the algorithm can, unless told not to', () => {
  expect(resolved({ algorithm: 'weighted-random' })?.anomalyMitigation).toBe(true);
  expect(
    resolved({ algorithm: 'weighted-random', anomalyMitigation: false })?.anomalyMitigation,
  ).toBe(false);
});

it('takes a zone out of DNS no later than it sends to unhealthy servers there', () => {
  expect(resolved({ minimumHealthy: { routing: { count: 4 } } })?.minimumHealthy).toEqual({
    routing: { count: 4, percentage: undefined },
    dns: { count: 4, percentage: undefined },
  });
});

it.each<[string, object, string[]]>([
  [
    'slow start with an algorithm that has none',
    { slowStartSeconds: 60 },
    [
      `${AT}.slowStartSeconds: 60 with \`algorithm\` "least-outstanding-requests" | only with \`algorithm\` "round-robin"`,
    ],
  ],
  [
    'anomaly mitigation with an algorithm that has no weights',
    { algorithm: 'round-robin', anomalyMitigation: true },
    [
      `${AT}.anomalyMitigation: true with \`algorithm\` "round-robin" | only with \`algorithm\` "weighted-random"`,
    ],
  ],
  [
    'stickiness where zones do not help each other',
    { stickinessSeconds: 60, crossZone: false },
    [`${AT}.stickinessSeconds: 60 with \`crossZone\` false | only with \`crossZone\` true`],
  ],
  [
    'autoshift without zonal shift',
    { autoshift: true, zonalShift: false },
    [`${AT}.autoshift: true with \`zonalShift\` false | only with \`zonalShift\` true`],
  ],
  [
    'DNS thresholds below those of routing',
    {
      minimumHealthy: { routing: { count: 3, percentage: 50 }, dns: { count: 2, percentage: 20 } },
    },
    [
      `${AT}.minimumHealthy.dns.count: 2 with \`minimumHealthy.routing.count\` 3 | at least \`minimumHealthy.routing.count\`, 3`,
      `${AT}.minimumHealthy.dns.percentage: 20 with \`minimumHealthy.routing.percentage\` 50 | at least \`minimumHealthy.routing.percentage\`, 50`,
    ],
  ],
  [
    'several at once, each where it stands, and an unreadable one only once',
    { algorithm: 'random', slowStartSeconds: 10, idleTimeoutSeconds: 4000, autoshift: 'yes' },
    [
      `${AT}.algorithm: "random" | "least-outstanding-requests", "round-robin", "weighted-random"`,
      `${AT}.slowStartSeconds: 10 | a whole number of 30 to 900`,
      `${AT}.idleTimeoutSeconds: 4000 | a whole number of 1 to 64`,
      `${AT}.autoshift: "yes" | true or false`,
    ],
  ],
])('refuses %s', (_what, of, expected) => {
  expect([...faultsOf(balanced(of))].sort()).toEqual([...expected].sort());
});

it('refuses options of servers where there are only functions', () => {
  const functionsOnly = balanced(
    { algorithm: 'round-robin', keepAliveSeconds: 120 },
    { compute: { lambda: {} } },
  );
  expect(faultsOf(functionsOnly)).toEqual([
    `${AT}.algorithm: an option of servers | only beside servers, \`fargate\` or \`ec2\``,
  ]);
});

it('names for each rule two options that there are, and the page that says so', () => {
  const options = resolveDeployment(reference).services[0]?.loadBalancing;
  for (const { option, other, source } of LOAD_BALANCING_RULES) {
    for (const path of [option, other]) expect(options).toHaveProperty(path);
    expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
  }
});

describe('network and software balancers', () => {
  const software = { kind: 'software' } as const;

  it('stand before servers of one kind, and scale them by their processors', () => {
    const [network] = resolveDeployment(balanced({ kind: 'network' })).services;
    expect(network).toMatchObject({
      compute: { lambda: undefined, ec2: undefined, fargate: { scaling: { requests: false } } },
      loadBalancing: { kind: 'network', algorithm: 'flow-hash' },
    });
    const [tiered] = resolveDeployment(balanced(software)).services;
    expect(tiered).toMatchObject({
      compute: { lambda: undefined, fargate: undefined, ec2: { scaling: { requests: false } } },
      loadBalancing: { kind: 'software', algorithm: 'fastest-response' },
    });
  });

  it('has as many balancers as carry the peak without one Region and one zone', () => {
    const sized = (requestsPerSecond: number) => {
      const read = resolved({ ...software, tier: { requestsPerSecond } });
      return read?.kind === 'software' ? read.tier : undefined;
    };
    expect(sized(1_000_000)).toMatchObject({ minInstances: 3, maxInstances: 12 });
    const { minInstances = 0, maxInstances = 0 } = sized(100) ?? {};
    expect(minInstances).toBeGreaterThan(3);
    expect(minInstances % 3).toBe(0);
    expect(maxInstances).toBe(minInstances * 4);
  });

  it.each<[string, object, object, string[]]>([
    [
      'an algorithm of another kind',
      { kind: 'network', algorithm: 'source-ip-hash' },
      {},
      [
        `${AT}.algorithm: "source-ip-hash" | "flow-hash"; where TLS ends at it, it keeps no client with ` +
          'one server: "source-ip-hash" is of `kind` "software"',
      ],
    ],
    [
      'options that only the application kind has',
      { ...software, stickinessSeconds: 60, keepAliveSeconds: 60 },
      {},
      ['stickinessSeconds', 'keepAliveSeconds'].map(
        (it) =>
          `${AT}.${it}: an option with \`kind\` "software" | only with \`kind\` "application"`,
      ),
    ],
    [
      'a tier without software balancers',
      { tier: {} },
      {},
      [`${AT}.tier: an option with \`kind\` "application" | only with \`kind\` "software"`],
    ],
    [
      'functions behind a network load balancer',
      { kind: 'network' },
      { compute: { lambda: {}, fargate: {} } },
      [
        'services.api.compute: `lambda` and `fargate` | `fargate` or `ec2` alone, to which a network load balancer hands whole connections',
      ],
    ],
    [
      'tasks behind software balancers',
      software,
      { compute: { fargate: {} } },
      ['services.api.compute: `fargate` | `ec2` alone, whose group the software balancers follow'],
    ],
    [
      'scaling by requests that nobody counts',
      software,
      { compute: { ec2: { scaling: { requests: true } } } },
      [
        'services.api.compute.ec2.scaling.requests: true | false: only an application load balancer counts the requests of each server',
      ],
    ],
    [
      'a tier of impossible size',
      { ...software, tier: { instanceType: 'm5.large', maxInstances: 2 } },
      {},
      [
        `${AT}.tier.instanceType: "m5.large" | ${INSTANCE_TYPES}`,
        `${AT}.tier.maxInstances: 2 | a whole number of 4 to 300`,
      ],
    ],
    [
      'a kind that there is not',
      { kind: 'classic' },
      {},
      [`${AT}.kind: "classic" | "application", "network", "software"`],
    ],
  ])('refuses %s', (_, declared, more, faults) => {
    expect(faultsOf(balanced(declared, more))).toEqual(faults);
  });

  it('refuses both where CloudFront comes by a private origin', () => {
    const hidden = { ...balanced(software), edge: { mode: 'vpc-origin' } };
    expect(faultsOf(hidden)).toEqual([
      `${AT}.kind: "software" | "application" with edge mode "vpc-origin"`,
    ]);
  });
});
