import { review } from '../../../../../lib/tools/review';
import { Fixtures } from '../../assembly/fixture';
import { describeCases, resource } from '../cases';
import type { Case, Stacks } from '../cases';

const REGIONS = ['eu-west-1', 'us-west-2'];

const region = (name: string): Stacks[string] => ({
  region: name,
  template: {
    Resources: {
      Balancer: resource('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        SecurityGroups: [{ Ref: 'Group' }],
      }),
      Group: resource('AWS::EC2::SecurityGroup', {
        SecurityGroupIngress: [{ SourcePrefixListId: 'pl-1', FromPort: 443, ToPort: 443 }],
      }),
      Listener: resource('AWS::ElasticLoadBalancingV2::Listener', {
        LoadBalancerArn: { Ref: 'Balancer' },
        DefaultActions: [{ Type: 'fixed-response' }],
      }),
      Record: resource('AWS::Route53::RecordSet', {
        Name: 'origin.example.com',
        Type: 'A',
        Region: name,
        SetIdentifier: name,
        AliasTarget: {
          DNSName: { 'Fn::GetAtt': ['Balancer', 'DNSName'] },
          EvaluateTargetHealth: true,
        },
      }),
      Acl: resource('AWS::WAFv2::WebACL', {
        Scope: 'REGIONAL',
        Rules: [{ Action: { Block: {} }, Statement: { RateBasedStatement: { Limit: 100 } } }],
      }),
      AclLog: resource('AWS::WAFv2::LoggingConfiguration', {
        ResourceArn: { 'Fn::GetAtt': ['Acl', 'Arn'] },
      }),
      Protected: resource('AWS::WAFv2::WebACLAssociation', {
        ResourceArn: { Ref: 'Balancer' },
        WebACLArn: { 'Fn::GetAtt': ['Acl', 'Arn'] },
      }),
      Endpoints: resource('AWS::GlobalAccelerator::EndpointGroup', {
        ListenerArn: 'arn:of-the-listener',
        EndpointGroupRegion: name,
        EndpointConfigurations: [{ EndpointId: { Ref: 'Balancer' } }],
      }),
    },
  },
});

const site = (name: string) => ({
  Id: name,
  DomainName: `site.s3.${name}.amazonaws.com`,
  ConnectionAttempts: 2,
  ConnectionTimeout: 3,
});

/** A distribution over two Regions: an origin group for reads, a steered name for writes. */
const application = (): Stacks => ({
  ...Object.fromEntries(REGIONS.map((name) => [name, region(name)])),
  edge: {
    region: 'us-east-1',
    template: {
      Resources: {
        Acl: resource('AWS::WAFv2::WebACL', {
          Scope: 'CLOUDFRONT',
          Rules: [
            { Action: { Block: {} }, Statement: { RateBasedStatement: { Limit: 100 } } },
            { Statement: { ManagedRuleGroupStatement: { Name: 'x' } } },
          ],
        }),
        AclLog: resource('AWS::WAFv2::LoggingConfiguration', {
          ResourceArn: { 'Fn::GetAtt': ['Acl', 'Arn'] },
        }),
        Accelerator: resource('AWS::GlobalAccelerator::Accelerator', { Name: 'a' }),
        Cdn: resource('AWS::CloudFront::Distribution', {
          DistributionConfig: {
            WebACLId: { 'Fn::GetAtt': ['Acl', 'Arn'] },
            DefaultCacheBehavior: { TargetOriginId: 'both', AllowedMethods: ['GET', 'HEAD'] },
            CacheBehaviors: [
              { PathPattern: '/api/*', TargetOriginId: 'api', AllowedMethods: ['GET', 'POST'] },
            ],
            Origins: [
              ...REGIONS.map(site),
              { Id: 'api', DomainName: 'origin.example.com', CustomOriginConfig: {} },
            ],
            OriginGroups: {
              Items: [
                {
                  Id: 'both',
                  FailoverCriteria: { StatusCodes: { Items: [500, 502, 503, 504] } },
                  Members: { Items: REGIONS.map((OriginId) => ({ OriginId })) },
                },
              ],
            },
          },
        }),
      },
    },
  },
});

const CONFIG = 'DistributionConfig';
// prettier-ignore
const CASES: readonly Case[] = [
  ['cdn-one-region', 'a site of one Region', 'edge/Cdn', (it) => { it.set('edge/Cdn', `${CONFIG}.DefaultCacheBehavior.TargetOriginId`, 'eu-west-1'); }],
  ['cdn-one-region', 'a second origin that is the first', 'edge/Cdn', (it) => { it.set('edge/Cdn', `${CONFIG}.Origins.1.DomainName`, 'site.s3.eu-west-1.amazonaws.com'); }],
  ['cdn-writes-pinned', 'writes to an origin group', 'edge/Cdn', (it) => { it.set('edge/Cdn', `${CONFIG}.CacheBehaviors.0.TargetOriginId`, 'both'); }],
  ['cdn-writes-pinned', 'writes to one Region', 'edge/Cdn', (it) => { it.set('edge/Cdn', `${CONFIG}.Origins.2.DomainName`, 'x.eu-west-1.elb.amazonaws.com'); }],
  ['cdn-origin-missing', 'an origin that is none', 'edge/Cdn', (it) => { it.set('edge/Cdn', `${CONFIG}.CacheBehaviors.0.TargetOriginId`, 'none'); }],
  ['cdn-failover-slow', 'the default wait', 'edge/Cdn', (it) => { it.drop('edge/Cdn', `${CONFIG}.Origins.0.ConnectionAttempts`); it.drop('edge/Cdn', `${CONFIG}.Origins.0.ConnectionTimeout`); }],
  ['cdn-failover-slow', 'a status code that is not listed', 'edge/Cdn', (it) => { it.drop('edge/Cdn', `${CONFIG}.OriginGroups.Items.0.FailoverCriteria.StatusCodes.Items.2`); }],
  ['accelerator-without-endpoints', 'a group without endpoints', 'eu-west-1/Endpoints', (it) => { it.set('eu-west-1/Endpoints', 'EndpointConfigurations', []); }],
  ['web-acl-missing', 'a distribution with an empty id', 'edge/Cdn', (it) => { it.set('edge/Cdn', `${CONFIG}.WebACLId`, ''); }],
  ['web-acl-missing', 'a load balancer without one', 'eu-west-1/Balancer', (it) => { it.drop('eu-west-1/Protected'); }],
  ['web-acl-missing', 'a list of the wrong scope', 'edge/Acl', (it) => { it.set('edge/Acl', 'Scope', 'REGIONAL'); }],
  ['web-acl-weak', 'a list without a rate rule', 'edge/Acl', (it) => { it.drop('edge/Acl', 'Rules.0'); }],
  ['web-acl-weak', 'a list that only counts', 'edge/Acl', (it) => { it.set('edge/Acl', 'Rules.0.Action', { Count: {} }); }],
  ['web-acl-weak', 'a list that is not logged', 'eu-west-1/Acl', (it) => { it.drop('eu-west-1/AclLog'); }],
  ['cdn-bypassed', 'a load balancer open to everybody', 'eu-west-1/Group', (it) => { it.set('eu-west-1/Group', 'SecurityGroupIngress', [{ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443 }]); }],
  ['cdn-bypassed', 'a listener that forwards by default', 'us-west-2/Listener', (it) => { it.set('us-west-2/Listener', 'DefaultActions', [{ Type: 'forward' }]); }],
];

/** A network load balancer that hands connections to instances which demand the header themselves. */
const handingOver = (): Stacks => {
  const stacks = application();
  delete stacks['edge']!.template.Resources['Accelerator'];
  const { Resources } = stacks['eu-west-1']!.template;
  delete Resources['Protected'];
  Resources['Balancer'] = resource('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    ...{ Type: 'network', SecurityGroups: [{ Ref: 'Group' }] },
  });
  Resources['Listener'] = resource('AWS::ElasticLoadBalancingV2::Listener', {
    ...{ LoadBalancerArn: { Ref: 'Balancer' }, Port: 443, Protocol: 'TLS' },
    DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: 'Tier' } }],
  });
  // Its port is open to nobody.
  Resources['Watch'] = resource('AWS::ElasticLoadBalancingV2::Listener', {
    ...{ LoadBalancerArn: { Ref: 'Balancer' }, Port: 8080, Protocol: 'TCP' },
    DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: 'Servers' } }],
  });
  Resources['Tier'] = resource('AWS::ElasticLoadBalancingV2::TargetGroup', {});
  Resources['Servers'] = resource('AWS::ElasticLoadBalancingV2::TargetGroup', { Port: 8080 });
  Resources['Instances'] = resource('AWS::AutoScaling::AutoScalingGroup', {
    TargetGroupARNs: [{ Ref: 'Tier' }],
    LaunchTemplate: { LaunchTemplateId: { Ref: 'Start' } },
  });
  Resources['Start'] = resource('AWS::EC2::LaunchTemplate', {
    LaunchTemplateData: { UserData: { 'Fn::Base64': 'acl verified req.hdr(x-origin-verify)' } },
  });
  return stacks;
};

const ANYBODY = [{ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443 }];
// prettier-ignore
const NETWORK_CASES: readonly Case[] = [
  ['web-acl-missing', 'a network load balancer open to everybody', 'eu-west-1/Balancer', (it) => { it.set('eu-west-1/Group', 'SecurityGroupIngress', ANYBODY); }],
  ['web-acl-missing', 'a network load balancer without groups', 'eu-west-1/Balancer', (it) => { it.drop('eu-west-1/Balancer', 'SecurityGroups'); }],
  ['cdn-bypassed', 'a network load balancer open to everybody', 'eu-west-1/Group', (it) => { it.set('eu-west-1/Group', 'SecurityGroupIngress', ANYBODY); }],
  ['cdn-bypassed', 'instances that demand no header', 'eu-west-1/Listener', (it) => { it.set('eu-west-1/Start', 'LaunchTemplateData.UserData', { 'Fn::Base64': 'serve' }); }],
];
describe('with a network load balancer', () => {
  describeCases(handingOver, NETWORK_CASES);
});

const withListener = (): Stacks => {
  const stacks = application();
  stacks['edge']!.template.Resources['Listeners'] = resource('AWS::GlobalAccelerator::Listener', {
    AcceleratorArn: { Ref: 'Accelerator' },
  });
  // Endpoint groups of the accelerator stand beside its listener.
  for (const name of REGIONS) {
    const { Endpoints, ...others } = stacks[name]!.template.Resources;
    stacks[name]!.template.Resources = others;
    stacks['edge']!.template.Resources[`In${name}`] = resource(Endpoints!.Type, {
      ...Endpoints!.Properties,
      ListenerArn: { Ref: 'Listeners' },
      EndpointConfigurations: [{ EndpointId: `arn:aws:elasticloadbalancing:${name}:1:x` }],
    });
  }
  return stacks;
};

describe('without an accelerator of one Region', () => {
  const drop: Case = ['accelerator-without-endpoints', 'an accelerator with one Region', 'edge/Accelerator', (it) => {
    it.drop('edge/Inus-west-2');
  }]; // prettier-ignore
  describeCases(withListener, [drop]);
});

describeCases(() => {
  const stacks = application();
  delete stacks['edge']!.template.Resources['Accelerator'];
  return stacks;
}, CASES);

/** Private load balancers: a function picks among them, and a key-value store drains. */
const hidden = (stores: readonly object[]): Stacks => {
  const stacks = application();
  delete stacks['edge']!.template.Resources['Accelerator'];
  const { Resources } = stacks['edge']!.template;
  const picker = `cf.selectRequestOriginById(["${REGIONS.join('","')}"][0]);`;
  Resources['Picker'] = resource('AWS::CloudFront::Function', {
    FunctionCode: picker,
    FunctionConfig: { KeyValueStoreAssociations: stores },
  });
  const config = (Resources['Cdn']!.Properties as Record<string, unknown>)[
    'DistributionConfig'
  ] as Record<string, unknown>;
  config['CacheBehaviors'] = [
    {
      ...{ PathPattern: '/api/*', TargetOriginId: REGIONS[0], AllowedMethods: ['GET', 'POST'] },
      FunctionAssociations: [{ FunctionARN: { 'Fn::GetAtt': ['Picker', 'FunctionARN'] } }],
    },
  ];
  return stacks;
};

describe('with private load balancers', () => {
  const fixtures = new Fixtures();
  afterAll(() => {
    fixtures.remove();
  });
  const found = (stacks: Stacks) =>
    review(fixtures.load(stacks), { intent: {}, today: new Date('2026-11-27') })
      .findings.filter(({ rule }) => ['cdn-writes-pinned', 'cdn-writes-wait'].includes(rule))
      .map(({ rule, resource: at }) => `${rule} ${at}`);

  it('says that writes wait for a person where a switch moves them', () => {
    expect(found(hidden([{ KeyValueStoreARN: 'arn' }]))).toEqual(['cdn-writes-wait edge/Cdn']);
  });

  it('says that writes are pinned where nothing moves them', () => {
    expect(found(hidden([]))).toEqual(['cdn-writes-pinned edge/Cdn']);
  });

  it('says neither where Route 53 moves them', () => {
    expect(found(application())).toEqual([]);
  });
});
