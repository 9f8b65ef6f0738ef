import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import type { ApplicationBalancing, LoadBalancingDeclaration } from '../../../../lib/config';
import type { PublicLoadBalancerProps } from '../../../../lib/constructs/compute';
import { PublicLoadBalancer } from '../../../../lib/constructs/compute';
import { bundleFixture, deploymentWith, only, templateOf } from '../../../support/stack';

const bundle = bundleFixture();
const loadBalancing = (of: LoadBalancingDeclaration = {}): ApplicationBalancing => {
  const resolved = deploymentWith({ services: { api: { loadBalancing: of } } }).services[0]!;
  return resolved.loadBalancing as ApplicationBalancing;
};
const door = (changes: Partial<PublicLoadBalancerProps> = {}) =>
  templateOf((stack) => {
    new PublicLoadBalancer(stack, 'Door', {
      vpc: stack.importedVpc(),
      zone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
        hostedZoneId: 'Z1',
        zoneName: 'example.com',
      }),
      hosts: ['us-east-2.origin.example.com', 'origin.example.com'],
      functions: {
        target: new LambdaFunction(stack, 'Target', {
          code: Code.fromAsset(bundle),
          handler: 'index.handler',
          runtime: Runtime.NODEJS_24_X,
        }),
        weight: 20,
      },
      servers: { port: 8080, weight: 80 },
      healthPath: '/healthz',
      readyPath: '/readyz',
      originSecret: 'meridian/origin',
      cloudFrontPrefixList: 'pl-b6a144df',
      healthCheckers: ['15.177.0.0/18'],
      peers: ['192.0.2.1/32'],
      logBucket: 'logs',
      loadBalancing: loadBalancing(),
      ...changes,
    });
  });
const template = door();
const PREFIX = 'AWS::ElasticLoadBalancingV2::';

test('it stands in the public subnets, and lets go of clients within a minute', () => {
  const balancer = only(template, `${PREFIX}LoadBalancer`);
  expect(balancer).toMatchObject({
    Scheme: 'internet-facing',
    Subnets: ['subnet-public1', 'subnet-public2', 'subnet-public3'],
  });
  expect(balancer.LoadBalancerAttributes).toEqual(
    expect.arrayContaining([
      { Key: 'client_keep_alive.seconds', Value: '60' },
      { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
    ]),
  );
});

test('where it is internal it stands among the servers, for CloudFront alone', () => {
  const hidden = door({ internal: true, peers: [] });
  expect(only(hidden, `${PREFIX}LoadBalancer`)).toMatchObject({
    Scheme: 'internal',
    Subnets: ['subnet-private1', 'subnet-private2', 'subnet-private3'],
  });
  expect(only(hidden, 'AWS::EC2::SecurityGroup')).not.toHaveProperty('SecurityGroupIngress');
  expect(only(hidden, 'AWS::EC2::SecurityGroupIngress')).toMatchObject({
    SourcePrefixListId: 'pl-b6a144df',
    FromPort: 443,
  });
});

test('it listens on HTTPS alone, and refuses whatever no rule admits', () => {
  expect(only(template, `${PREFIX}Listener`)).toMatchObject({
    Port: 443,
    Protocol: 'HTTPS',
    DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '403' } }],
  });
});

test('it forwards the health paths, and the rest only with the origin secret', () => {
  const rules = Object.values(template.findResources(`${PREFIX}ListenerRule`)).map(
    ({ Properties }) => Properties as { Priority: number; Conditions: unknown },
  );
  expect(rules.map(({ Priority, Conditions }) => [Priority, Conditions])).toEqual([
    [10, [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/healthz', '/readyz'] } }]],
    [
      20,
      [
        {
          Field: 'http-header',
          HttpHeaderConfig: {
            HttpHeaderName: 'x-origin-verify',
            Values: ['{{resolve:secretsmanager:meridian/origin:SecretString:::}}'],
          },
        },
      ],
    ],
  ]);
});

test('paths that are equal are said once', () => {
  const rules = JSON.stringify(
    door({ readyPath: '/healthz' }).findResources(`${PREFIX}ListenerRule`),
  );
  expect(rules).toContain('"Values":["/healthz"]');
});

test('one group admits CloudFront, a second the checkers and peers, and neither opens anything', () => {
  expect(only(template, 'AWS::EC2::SecurityGroupIngress')).toMatchObject({
    SourcePrefixListId: 'pl-b6a144df',
    FromPort: 443,
    ToPort: 443,
  });
  const groups = Object.values(template.findResources('AWS::EC2::SecurityGroup')).map(
    ({ Properties }) =>
      Properties as {
        SecurityGroupIngress?: { CidrIp: string; FromPort: number }[];
        SecurityGroupEgress: { CidrIp: string }[];
      },
  );
  expect(groups.map((group) => group.SecurityGroupIngress?.map(({ CidrIp }) => CidrIp))).toEqual([
    undefined,
    ['15.177.0.0/18', '192.0.2.1/32'],
  ]);
  for (const { SecurityGroupEgress } of groups) {
    expect(SecurityGroupEgress.map(({ CidrIp }) => CidrIp)).toEqual(['255.255.255.255/32']);
  }
});

test('its certificate covers both names and is validated in the zone', () => {
  expect(only(template, 'AWS::CertificateManager::Certificate')).toMatchObject({
    DomainName: 'us-east-2.origin.example.com',
    SubjectAlternativeNames: ['origin.example.com'],
    DomainValidationOptions: [{ HostedZoneId: 'Z1' }, { HostedZoneId: 'Z1' }],
  });
});

test('only target groups of the account and Region may invoke the function', () => {
  expect(only(template, 'AWS::Lambda::Permission')).toMatchObject({
    Principal: 'elasticloadbalancing.amazonaws.com',
    SourceArn: 'arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/*',
  });
  const [group] = Object.values(template.findResources(`${PREFIX}TargetGroup`));
  expect(group).toMatchObject({
    Properties: { TargetType: 'lambda', HealthCheckEnabled: true, HealthCheckPath: '/healthz' },
  });
  expect((group as { DependsOn: string[] }).DependsOn).toEqual(
    expect.arrayContaining(Object.keys(template.findResources('AWS::Lambda::Permission'))),
  );
});

test('requests are shared among functions and servers by their weights', () => {
  const actions = Object.values(template.findResources(`${PREFIX}ListenerRule`)).map(
    ({ Properties }) =>
      (Properties as { Actions: { ForwardConfig: { TargetGroups: { Weight: number }[] } }[] })
        .Actions,
  );
  expect(actions).toHaveLength(2);
  for (const [action] of actions) {
    expect(action!.ForwardConfig.TargetGroups.map(({ Weight }) => Weight)).toEqual([20, 80]);
  }
});

test('three kinds share requests, and instances register by their id', () => {
  const three = door({ instances: { port: 8080, weight: 40 } });
  const groups = Object.values(three.findResources(`${PREFIX}TargetGroup`)).map(
    ({ Properties }) => (Properties as { TargetType: string }).TargetType,
  );
  expect(groups).toEqual(['lambda', 'ip', 'instance']);
  const text = JSON.stringify(three.findResources(`${PREFIX}ListenerRule`));
  expect(text.match(/"Weight":(\d+)/g)).toEqual(
    [20, 80, 40, 20, 80, 40].map((weight) => `"Weight":${weight}`),
  );
});

test('a kind of compute that is not given has no target group', () => {
  const serversOnly = door({ functions: undefined });
  expect(only(serversOnly, `${PREFIX}TargetGroup`)).toMatchObject({ TargetType: 'ip' });
  expect(() => door({ functions: undefined, servers: undefined })).toThrow('got: none');
});

test('servers are asked whether they live, often, and get the requests of who has fewest', () => {
  const group = only(door({ functions: undefined }), `${PREFIX}TargetGroup`);
  expect(group).toMatchObject({
    Port: 8080,
    Protocol: 'HTTP',
    HealthCheckPath: '/healthz',
    HealthCheckIntervalSeconds: 10,
  });
  const attributes = Object.fromEntries(
    (group.TargetGroupAttributes as { Key: string; Value: string }[]).map(({ Key, Value }) => [
      Key,
      Value,
    ]),
  );
  expect(attributes).toMatchObject({
    'deregistration_delay.timeout_seconds': '30',
    'load_balancing.algorithm.type': 'least_outstanding_requests',
    'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': '33',
  });
  // Not legal together with least outstanding requests.
  expect(attributes).not.toHaveProperty('slow_start.duration_seconds');
});

test('it logs every request, and lets requests pass while the firewall does not answer', () => {
  expect(only(template, `${PREFIX}LoadBalancer`).LoadBalancerAttributes).toEqual(
    expect.arrayContaining([
      { Key: 'access_logs.s3.enabled', Value: 'true' },
      { Key: 'access_logs.s3.bucket', Value: 'logs' },
      { Key: 'access_logs.s3.prefix', Value: 'load-balancer' },
      { Key: 'idle_timeout.timeout_seconds', Value: '60' },
      { Key: 'waf.fail_open.enabled', Value: 'true' },
    ]),
  );
});

const attributesOf = (properties: Record<string, unknown>, name: string): Record<string, string> =>
  Object.fromEntries(
    (properties[name] as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
  );

test('with every option declared, each is an attribute of the balancer or of its servers', () => {
  const every = door({
    functions: undefined,
    loadBalancing: loadBalancing({
      algorithm: 'round-robin',
      slowStartSeconds: 45,
      stickinessSeconds: 3600,
      deregistrationSeconds: 5,
      keepAliveSeconds: 300,
      idleTimeoutSeconds: 20,
      zonalShift: false,
      minimumHealthy: {
        routing: { count: 2, percentage: 10 },
        dns: { count: 3, percentage: 20 },
      },
    }),
  });
  expect(attributesOf(only(every, `${PREFIX}TargetGroup`), 'TargetGroupAttributes')).toEqual({
    'deregistration_delay.timeout_seconds': '5',
    'load_balancing.algorithm.type': 'round_robin',
    'slow_start.duration_seconds': '45',
    'stickiness.enabled': 'true',
    'stickiness.type': 'lb_cookie',
    'stickiness.lb_cookie.duration_seconds': '3600',
    'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '2',
    'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': '10',
    'target_group_health.dns_failover.minimum_healthy_targets.count': '3',
    'target_group_health.dns_failover.minimum_healthy_targets.percentage': '20',
  });
  const balancer = attributesOf(only(every, `${PREFIX}LoadBalancer`), 'LoadBalancerAttributes');
  expect(balancer).toMatchObject({
    'client_keep_alive.seconds': '300',
    'idle_timeout.timeout_seconds': '20',
  });
  expect(balancer).not.toHaveProperty(['zonal_shift.config.enabled']);
});

test('weights follow what servers answer, zones stand alone, and a zone can be left', () => {
  const random = door({
    functions: undefined,
    loadBalancing: loadBalancing({ algorithm: 'weighted-random', crossZone: false }),
  });
  expect(attributesOf(only(random, `${PREFIX}TargetGroup`), 'TargetGroupAttributes')).toMatchObject(
    {
      'load_balancing.algorithm.type': 'weighted_random',
      'load_balancing.algorithm.anomaly_mitigation': 'on',
      'load_balancing.cross_zone.enabled': 'false',
      'stickiness.enabled': 'false',
    },
  );
  const balancer = attributesOf(only(random, `${PREFIX}LoadBalancer`), 'LoadBalancerAttributes');
  expect(balancer).toMatchObject({ 'zonal_shift.config.enabled': 'true' });
});

describe('connections that stay open', () => {
  const livePaths = ['/api/stream*', '/api/ws'];
  const rulesOf = (changes: Parameters<typeof door>[0]) =>
    Object.values(door({ livePaths, ...changes }).findResources(`${PREFIX}ListenerRule`))
      .map(({ Properties }) => Properties as Rule)
      .sort((one, other) => one.Priority - other.Priority)
      .map(({ Priority, Conditions, Actions }) => ({
        priority: Priority,
        fields: Conditions.map(({ Field }) => Field),
        weights: (Actions[0]!.ForwardConfig?.TargetGroups ?? []).map(({ Weight }) => Weight),
      }));
  interface Rule {
    readonly Priority: number;
    readonly Conditions: { readonly Field: string }[];
    readonly Actions: { ForwardConfig?: { TargetGroups: { Weight: number }[] } }[];
  }

  test('go to servers alone, with the secret as all else, before the rule for everything', () => {
    expect(rulesOf({})).toEqual([
      { priority: 10, fields: ['path-pattern'], weights: [20, 80] },
      { priority: 15, fields: ['http-header', 'path-pattern'], weights: [80] },
      { priority: 20, fields: ['http-header'], weights: [20, 80] },
    ]);
  });

  test('for open hosts too', () => {
    const rules = rulesOf({ openHosts: ['api.example.com'] });
    expect(rules.map(({ priority, weights }) => [priority, weights])).toEqual([
      ...[
        [10, [20, 80]],
        [15, [80]],
        [20, [20, 80]],
      ],
      ...[
        [25, [80]],
        [30, [20, 80]],
      ],
    ]);
  });

  test.each([
    ['where there are no servers', { servers: undefined }],
    ['where no request goes to them', { servers: { port: 8080, weight: 0 } }],
    ['where there are no functions', { functions: undefined }],
  ])('have no rule of their own %s', (_, changes) => {
    expect(rulesOf(changes).map(({ priority }) => priority)).toEqual([10, 20]);
  });
});

describe('open hosts', () => {
  const open = door({ openHosts: ['api.example.com'] });
  const ruleOf = (of: typeof open) =>
    Object.values(of.findResources(`${PREFIX}ListenerRule`)).find(
      ({ Properties }) => (Properties as { Priority: number }).Priority === 30,
    )?.Properties as Record<string, unknown> | undefined;

  test('are forwarded without the secret, and no other name is', () => {
    expect(ruleOf(open)?.Conditions).toEqual([
      { Field: 'host-header', HostHeaderConfig: { Values: ['api.example.com'] } },
    ]);
    expect(ruleOf(template)).toBeUndefined();
  });

  test('let anybody connect, over HTTPS only', () => {
    const anybody = (of: typeof open) =>
      Object.values(of.findResources('AWS::EC2::SecurityGroup'))
        .flatMap(({ Properties }) => {
          const { SecurityGroupIngress = [] } = Properties as {
            SecurityGroupIngress?: { CidrIp: string; FromPort: number; ToPort: number }[];
          };
          return SecurityGroupIngress;
        })
        .filter(({ CidrIp }) => CidrIp === '0.0.0.0/0');
    expect(anybody(open)).toEqual([expect.objectContaining({ FromPort: 443, ToPort: 443 })]);
    expect(anybody(template)).toEqual([]);
  });
});
