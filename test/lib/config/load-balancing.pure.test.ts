import { DeclarationError, LOAD_BALANCING_RULES, resolveDeployment } from '../../../lib/config';
import type { LoadBalancing } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';

const balanced = (loadBalancing: object, more: object = {}): object => ({
  ...reference,
  services: { api: { loadBalancing, ...more } },
});
const resolved = (of: object): LoadBalancing | undefined =>
  resolveDeployment(balanced(of)).services[0]?.loadBalancing;

function faultsOf(declaration: object): readonly string[] {
  try {
    resolveDeployment(declaration);
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    return error.faults.map(({ path, found, allowed }) => `${path}: ${found} | ${allowed}`);
  }
  return [];
}

const AT = 'services.api.loadBalancing';

it('prefers the server with the fewest requests, keeps no client with one, and lets zones be left', () => {
  expect(resolveDeployment(reference).services[0]?.loadBalancing).toEqual({
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
      `${AT}.algorithm: "random" | "round-robin", "least-outstanding-requests", "weighted-random"`,
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
