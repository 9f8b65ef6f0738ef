import type { Resource, Synthesized, SynthesizedStack } from '../support/assembly';
import { REGIONAL, synthesized } from '../support/assembly';

/** Logical ids of everything that holds data: changing one loses what it holds. */
const PINNED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Zone: { PublicD0AE4A11: 'AWS::Route53::HostedZone' },
  EdgeFoundation: { DataKey17AFBB84: 'AWS::KMS::Key', DataKeyAlias99EFF7B9: 'AWS::KMS::Alias' },
  Foundation: {
    DataKey17AFBB84: 'AWS::KMS::Key',
    DataKeyAlias99EFF7B9: 'AWS::KMS::Alias',
    SiteE53D7754: 'AWS::S3::Bucket',
    Switch39BDFED0: 'AWS::S3::Bucket',
    Logs6819BB44: 'AWS::S3::Bucket',
    Uploads4F6EB0FD: 'AWS::S3::Bucket',
  },
  Vault: {
    Key961B73FD: 'AWS::KMS::Key',
    KeyAlias6C2E2031: 'AWS::KMS::Alias',
    Backups9A29A52D: 'AWS::Backup::BackupVault',
  },
  Credentials: {
    MasterMainS0A1EFB787: 'AWS::SecretsManager::Secret',
    DomainIdentity034B48F5: 'AWS::SecretsManager::Secret',
    DomainSocial140BC4A1: 'AWS::SecretsManager::Secret',
    DomainContent8D4FE4BD: 'AWS::SecretsManager::Secret',
    Signing608E83C0: 'AWS::SecretsManager::Secret',
    OriginBCF5A9D0: 'AWS::SecretsManager::Secret',
  },
  Data: {
    mains0ClusterE39B0D17: 'AWS::RDS::DBCluster',
    mains0Instance10089840E: 'AWS::RDS::DBInstance',
    mains0Instance2F5463628: 'AWS::RDS::DBInstance',
  },
  GlobalData: {
    mains0D6ED7544: 'AWS::RDS::GlobalCluster',
    Sessions8896A56D: 'AWS::DynamoDB::GlobalTable',
    Directory98167B95: 'AWS::DynamoDB::GlobalTable',
    Drafts48781BBF: 'AWS::DynamoDB::GlobalTable',
    Notifications87298708: 'AWS::DynamoDB::GlobalTable',
  },
  Queues: {
    DeadEvents7EC95A9C: 'AWS::SQS::Queue',
    QueueEvents22E9DB7B: 'AWS::SQS::Queue',
    FailedJobs5900FD3C: 'AWS::SQS::Queue',
  },
  Control: { TopologyB46D899B: 'AWS::DynamoDB::GlobalTable' },
};
/** Actions for which IAM knows no resource. */
const NO_NARROWER = new RegExp(
  [
    '^ec2:',
    '^ecr:GetAuthorizationToken$',
    '^backup:List\\w+Jobs\\w*$',
    '^cloudwatch:(Get|Put)MetricData$',
    '^events:ListRules$',
    '^s3:ListAllMyBuckets$',
  ].join('|'),
);
const STATEFUL_TYPES = new Set(Object.values(PINNED).flatMap((ids) => Object.values(ids)));
const REGIONS = ['eu-central-1', 'us-east-2', 'ap-northeast-1'];

let production: Synthesized;
let ephemeral: Synthesized;
beforeAll(async () => {
  production = await synthesized();
  ephemeral = await synthesized({ protection: 'ephemeral' });
});

const stack = (id: string): SynthesizedStack => production.stacks.get(id)!;
const all = (): SynthesizedStack[] => [...production.stacks.values()];
const kindOf = ({ id }: SynthesizedStack): string => id.split('-')[0]!;
const resources = (of: Iterable<SynthesizedStack>) =>
  [...of].flatMap((owner) =>
    Object.entries(owner.template.Resources).map(([id, resource]) => ({ owner, id, ...resource })),
  );
const stateful = (of: Synthesized): ({ owner: SynthesizedStack; id: string } & Resource)[] =>
  resources(of.stacks.values()).filter(({ Type }) => STATEFUL_TYPES.has(Type));

test('one synthesis gives every stack of every Region', () => {
  const regional = REGIONAL.flatMap((kind) =>
    REGIONS.map((region) => [`${kind}-${region}`, region]),
  );
  expect(new Map(all().map(({ id, region }) => [id, region]))).toEqual(
    new Map([
      ...(regional as [string, string][]),
      ['Zone', 'us-east-1'],
      ['Credentials', 'eu-central-1'],
      ['Rotation', 'eu-central-1'],
      ['GlobalData', 'eu-central-1'],
      ['Backups-eu-central-1', 'eu-central-1'],
      ['Backups-us-east-2', 'us-east-2'],
      ['Control', 'us-east-1'],
      ['EdgeFoundation', 'us-east-1'],
      ['HealthAlarms', 'us-east-1'],
      ['Edge', 'us-east-1'],
      ['Recovery', 'us-east-2'],
    ]),
  );
});

test('stack names are computed from kind and Region', () => {
  expect(stack('Service-us-east-2').name).toBe('meridian-service-us-east-2');
  expect(stack('GlobalData').name).toBe('meridian-global-data');
});

describe('order of deployment', () => {
  /** Everything that is deployed before a stack, directly or not. */
  const before = (id: string): ReadonlySet<string> => {
    const needs = stack(id).dependencies;
    return new Set([...needs, ...needs.flatMap((need) => [...before(need)])]);
  };

  test('credentials wait for the keys of every Region', () => {
    expect(stack('Credentials').dependencies).toEqual(
      expect.arrayContaining(REGIONS.map((region) => `Foundation-${region}`)),
    );
  });

  test('the birth Region bears its clusters, then what is global, then the secondaries', () => {
    expect(stack('GlobalData').dependencies).toContain('Data-eu-central-1');
    expect(before('Data-eu-central-1')).not.toContain('GlobalData');
    for (const region of ['us-east-2', 'ap-northeast-1']) {
      expect(stack(`Data-${region}`).dependencies).toContain('GlobalData');
    }
  });

  test.each(REGIONS)(
    'in %s migrations wait for all data, and services for all migrations',
    (region) => {
      expect(stack(`Migration-${region}`).dependencies).toEqual(
        expect.arrayContaining([
          ...REGIONS.map((name) => `Data-${name}`),
          'Control',
          'Credentials',
        ]),
      );
      expect(stack(`Service-${region}`).dependencies).toEqual(
        expect.arrayContaining([
          ...REGIONS.flatMap((name) => [`Migration-${name}`, `Network-${name}`]),
          'Zone',
        ]),
      );
    },
  );

  test('the edge is last, but for plans that need everything they move', () => {
    expect(stack('Recovery').dependencies).toContain('Edge');
    const last = new Set([...before('Edge'), 'Edge', 'Recovery']);
    expect(last).toEqual(new Set(production.stacks.keys()));
  });

  test('no service waits for another one', () => {
    for (const region of REGIONS) {
      const others = [...before(`Service-${region}`)].filter((id) => id.startsWith('Service'));
      expect(others).toEqual([]);
    }
  });
});

describe('what holds data', () => {
  test('has pinned logical ids', () => {
    for (const one of all()) {
      const ids = Object.entries(one.template.Resources).filter(([, { Type }]) =>
        STATEFUL_TYPES.has(Type),
      );
      const types = Object.fromEntries(ids.map(([id, { Type }]) => [id, Type]));
      expect({ stack: one.id, types }).toEqual({ stack: one.id, types: PINNED[kindOf(one)] ?? {} });
    }
  });

  test('stands at most two levels deep', () => {
    const deep = stateful(production)
      .map(({ owner, id }) => `${owner.id}: ${owner.paths.get(id) ?? 'no path'}`)
      .filter((path) => path.endsWith('no path') || path.split('/').length > 2);
    expect(deep).toEqual([]);
  });

  test('is retained in production, in stacks that refuse to be deleted', () => {
    for (const { owner, DeletionPolicy, UpdateReplacePolicy } of stateful(production)) {
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
      expect(owner.terminationProtection).toBe(true);
    }
  });

  test('leaves nothing behind where ephemeral', () => {
    // A vault that holds anything is not deleted, so there is none.
    const kept = stateful(production).filter(({ owner }) => kindOf(owner) !== 'Vault');
    expect(stateful(ephemeral)).toHaveLength(kept.length);
    for (const { owner, DeletionPolicy, UpdateReplacePolicy } of resources(
      ephemeral.stacks.values(),
    )) {
      for (const policy of [DeletionPolicy, UpdateReplacePolicy])
        expect(policy ?? 'Delete').toBe('Delete');
      expect(owner.terminationProtection).toBe(false);
    }
    const text = [...ephemeral.stacks.values()].map((one) => one.text).join();
    expect(text).not.toMatch(/"DeletionProtection(Enabled)?": true/);
    const buckets = resources(ephemeral.stacks.values()).filter(
      ({ Type }) => Type === 'AWS::S3::Bucket',
    );
    const emptied = resources(ephemeral.stacks.values()).filter(
      ({ Type }) => Type === 'Custom::S3AutoDeleteObjects',
    );
    expect(emptied).toHaveLength(buckets.length);
  });

  test('never shares a stack with what serves', () => {
    const kinds = new Set(stateful(production).map(({ owner }) => kindOf(owner)));
    expect(kinds).toEqual(new Set(Object.keys(PINNED)));
    for (const kind of ['Network', 'Migration', 'Cache', 'Service', 'Alarms', 'Edge'])
      expect(kinds).not.toContain(kind);
  });
});

describe('between Regions', () => {
  test('nothing refers to another stack but in its own Region', () => {
    const names = new Map(all().map(({ name, region }) => [name, region]));
    for (const { text, region, id } of all()) {
      expect({ id, found: /Fn::GetStackOutput|Custom::CrossRegionExport/.exec(text) }).toEqual({
        id,
        found: null,
      });
      for (const [, name] of text.matchAll(/"Fn::ImportValue": "([^":]+):/g)) {
        expect({ id, from: names.get(name!) }).toEqual({ id, from: region });
      }
    }
  });

  test('generated ids cross through the closed list of bindings alone', () => {
    const written = resources(all())
      .filter(({ Type }) => Type === 'Custom::MeridianBinding')
      .flatMap(({ Properties }) =>
        (Properties!.Regions as string[]).map((region) => `${region} ${String(Properties!.Name)}`),
      );
    const read = all().flatMap(({ template, region }) =>
      Object.values(template.Parameters as Record<string, { Type: string; Default: string }>)
        .filter(
          ({ Type, Default }) =>
            Type.startsWith('AWS::SSM') && !Default.startsWith('/cdk-bootstrap'),
        )
        .map(({ Default }) => `${region} ${Default}`),
    );
    expect(new Set(read)).toEqual(new Set(written));
    expect(written).toHaveLength(4 + 3 * 2 + 3);
  });

  /** Variables of a function, or of the containers of a task. */
  const variables = ({ Type, Properties }: Resource): [string, unknown][] => {
    if (Type === 'AWS::ECS::TaskDefinition') {
      const containers = Properties!.ContainerDefinitions as {
        Environment: { Name: string; Value: unknown }[];
      }[];
      return containers.flatMap(({ Environment }) =>
        Environment.map(({ Name, Value }): [string, unknown] => [Name, Value]),
      );
    }
    const { Variables = {} } = (Properties?.Environment ?? {}) as { Variables?: object };
    return Object.entries(Variables);
  };

  test('no function or server is told of another Region but in the documented lists', () => {
    const allowed = new Set(['PEER_URLS', 'TOPOLOGY_REGIONS', 'SERVING_REGIONS']);
    const told = resources(all())
      .filter(({ Type }) => ['AWS::Lambda::Function', 'AWS::ECS::TaskDefinition'].includes(Type))
      .flatMap(({ owner, id, ...resource }) => {
        return variables(resource)
          .filter(([name]) => !allowed.has(name))
          .flatMap(([name, value]) =>
            (JSON.stringify(value).match(/\b(?:[a-z]{2}-[a-z]+-\d)\b/g) ?? [])
              .filter((region) => region !== owner.region)
              .map((region) => `${owner.id} ${id} ${name} ${region}`),
          );
      });
    expect(told).toEqual([]);
  });
});

describe('what AWS itself writes', () => {
  const ofType = (type: string) => resources(all()).filter(({ Type }) => Type === type);

  test('every log group has a retention', () => {
    const kept = ofType('AWS::Logs::LogGroup').map(({ owner, id, Properties }) => ({
      id: `${owner.id} ${id}`,
      bounded: typeof Properties?.RetentionInDays === 'number',
    }));
    expect(kept.length).toBeGreaterThan(20);
    expect(kept.filter(({ bounded }) => !bounded)).toEqual([]);
  });

  test('load balancers and networks log into the bucket of their own Region', () => {
    for (const { owner, Properties } of ofType('AWS::ElasticLoadBalancingV2::LoadBalancer')) {
      expect(Properties!.LoadBalancerAttributes).toEqual(
        expect.arrayContaining([
          { Key: 'access_logs.s3.enabled', Value: 'true' },
          { Key: 'access_logs.s3.bucket', Value: `meridian-123456789012-${owner.region}-logs` },
        ]),
      );
    }
    const networks = ofType('AWS::EC2::FlowLog');
    expect(networks).toHaveLength(3);
    for (const { owner, Properties } of networks) {
      expect(Properties!.LogDestination).toBe(
        `arn:aws:s3:::meridian-123456789012-${owner.region}-logs/network`,
      );
    }
  });

  test('each load balancer and the distribution stand behind a firewall that logs', () => {
    const lists = ofType('AWS::WAFv2::WebACL');
    const logged = ofType('AWS::WAFv2::LoggingConfiguration');
    expect(lists).toHaveLength(4);
    expect(logged).toHaveLength(4);
    for (const { owner, Properties } of logged) {
      expect(JSON.stringify(Properties!.LogDestinationConfigs)).toMatch(
        new RegExp(`logs:${owner.region}:.*:log-group:aws-waf-logs-`),
      );
      expect(JSON.stringify(Properties!.RedactedFields)).toContain('x-origin-verify');
    }
    expect(ofType('AWS::WAFv2::WebACLAssociation')).toHaveLength(3);
  });
});

describe('every template', () => {
  test('is within what CloudFormation takes, with room to grow', () => {
    for (const { id, text, template } of all()) {
      const count = Object.keys(template.Resources).length;
      expect({ id, fits: count <= 450 && Buffer.byteLength(text) <= 900_000 }).toEqual({
        id,
        fits: true,
      });
    }
  });

  test('gives each of its functions a log with a retention', () => {
    const logs = new Map(
      resources(all())
        .filter(({ Type }) => Type === 'AWS::Logs::LogGroup')
        .map(({ owner, id, Properties }) => [`${owner.id} ${id}`, Properties?.RetentionInDays]),
    );
    const functions = resources(all()).filter(({ Type }) => Type === 'AWS::Lambda::Function');
    expect(functions.length).toBeGreaterThan(0);
    for (const { owner, id, Properties } of functions) {
      const log = (Properties?.LoggingConfig as { LogGroup?: { Ref?: string } } | undefined)
        ?.LogGroup?.Ref;
      expect({ id, retention: logs.get(`${owner.id} ${log ?? '?'}`) }).toEqual({
        id,
        retention: 30,
      });
    }
  });

  test('allows any resource only where there is no narrower one, and never every action', () => {
    for (const { owner, id, Type, Properties } of resources(all())) {
      if (Type !== 'AWS::IAM::Policy') continue;
      const { Statement } = Properties!.PolicyDocument as {
        Statement: { Action: string | string[]; Resource: unknown }[];
      };
      for (const { Action, Resource } of Statement) {
        for (const action of [Action].flat()) {
          expect(action).not.toMatch(/\*$(?<!GenerateDataKey\*|ReEncrypt\*)/);
          if ([Resource].flat().includes('*')) {
            expect({ owner: owner.id, id, action }).toMatchObject({
              action: NO_NARROWER.exec(action)?.input,
            });
          }
        }
      }
    }
  });

  test('admits nobody from anywhere', () => {
    for (const { text, id } of all()) {
      const ingress = JSON.parse(text) as { Resources: Record<string, Resource> };
      const groups = Object.values(ingress.Resources).filter(({ Type }) =>
        /SecurityGroup(Ingress)?$/.test(Type),
      );
      const admitted = groups.map(({ Type, Properties }) =>
        Type.endsWith('Ingress') ? Properties : Properties?.SecurityGroupIngress,
      );
      expect({ id, open: JSON.stringify(admitted).includes('0.0.0.0/0') }).toEqual({
        id,
        open: false,
      });
    }
  });
});

test('health checks of Regions share nothing, and switches are never in the Region they switch', () => {
  const hosts = REGIONS.map((region) => {
    const checks = Object.values(stack(`Service-${region}`).template.Resources).filter(
      ({ Type }) => Type === 'AWS::Route53::HealthCheck',
    );
    return checks.flatMap(({ Properties }) => {
      const { FullyQualifiedDomainName: host } = Properties!.HealthCheckConfig as Record<
        string,
        string
      >;
      return host ?? [];
    });
  });
  expect(new Set(hosts.flat()).size).toBe(hosts.flat().length);
  hosts.forEach(([endpoint, switchHost], index) => {
    expect(endpoint).toBe(`${REGIONS[index]!}.origin.example.com`);
    expect(switchHost).not.toContain(REGIONS[index]);
  });
});
