import { HostedZone } from 'aws-cdk-lib/aws-route53';
import type {
  EdgeDistributionProps,
  PrivateOrigin,
  SiteOrigin,
} from '../../../../lib/constructs/edge';
import { EdgeDistribution } from '../../../../lib/constructs/edge';
import { ACCOUNT, directoryOf, only, templateOf } from '../../../support/stack';

const site = directoryOf({ 'index.html': '<h1>Hello</h1>', '404.html': '<h1>Nothing</h1>' });
const origins = (...regions: string[]): [SiteOrigin, ...SiteOrigin[]] =>
  regions.map((region) => ({ region, bucketName: `site-${region}` })) as [SiteOrigin];
const API = { host: 'origin.example.com', secret: 'meridian/origin' };
const hidden = (...regions: string[]): EdgeDistributionProps['privateApi'] => ({
  prefix: 'meridian',
  origins: regions.map((region) => ({
    region,
    host: `${region}.origin.example.com`,
    loadBalancerArn: `arn:aws:elasticloadbalancing:${region}:123456789012:loadbalancer/app/x/1`,
  })) as [PrivateOrigin],
  viewers: { byCountry: {}, otherwise: regions },
  secret: 'meridian/origin',
  healthPaths: ['/healthz', '/readyz'],
});
const edge = (
  sites: [SiteOrigin, ...SiteOrigin[]],
  api: typeof API | null = API,
  privateApi?: EdgeDistributionProps['privateApi'],
  media: SiteOrigin[] = [],
) =>
  templateOf((stack) => {
    new EdgeDistribution(stack, 'Cdn', {
      prefix: 'meridian',
      domainName: 'example.com',
      zone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
        hostedZoneId: 'Z1',
        zoneName: 'example.com',
      }),
      ...(api && { api }),
      ...(privateApi && { privateApi }),
      ...{ sites, media },
      siteDirectory: site,
      webAclArn: 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/edge/1',
      account: ACCOUNT,
      logBucketName: 'logs-eu-central-1',
    });
  }, 'us-east-1');
interface Config {
  readonly DefaultCacheBehavior: Record<string, unknown>;
  readonly CacheBehaviors: Record<string, unknown>[];
  readonly Origins: Record<string, unknown>[];
  readonly OriginGroups?: { Items: { Id: string; Members: { Items: unknown[] } }[] };
  readonly CustomErrorResponses?: unknown;
}
const config = (template: ReturnType<typeof edge>) =>
  only(template, 'AWS::CloudFront::Distribution').DistributionConfig as Config;
const template = edge(origins('eu-central-1', 'us-east-2', 'ap-northeast-1'));

test('the API goes to the health-checked name, all methods, uncached, with the origin secret', () => {
  const { CacheBehaviors, Origins } = config(template);
  expect(CacheBehaviors).toEqual([
    expect.objectContaining({
      PathPattern: '/api/*',
      TargetOriginId: 'api',
      AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
      // Managed policies: caching disabled; all of the viewer's request but the host.
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      ViewerProtocolPolicy: 'https-only',
    }),
  ]);
  expect(Origins.find(({ Id }) => Id === 'api')).toMatchObject({
    DomainName: 'origin.example.com',
    CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
    OriginCustomHeaders: [
      {
        HeaderName: 'x-origin-verify',
        HeaderValue: '{{resolve:secretsmanager:meridian/origin:SecretString:::}}',
      },
    ],
  });
});

test('static files come from the first two Regions, the second where the first fails', () => {
  const { DefaultCacheBehavior, OriginGroups, Origins } = config(template);
  const group = OriginGroups?.Items[0];
  expect(DefaultCacheBehavior.TargetOriginId).toBe(group?.Id);
  expect(group?.Members.Items).toEqual([
    { OriginId: 'site-eu-central-1' },
    { OriginId: 'site-us-east-2' },
  ]);
  expect(Origins[0]).toMatchObject({
    DomainName: 'site-eu-central-1.s3.eu-central-1.amazonaws.com',
    S3OriginConfig: { OriginAccessIdentity: '' },
  });
  template.resourceCountIs('AWS::CloudFront::OriginAccessControl', 1);
});

test('with one Region it needs no origin group', () => {
  const alone = config(edge(origins('eu-central-1')));
  expect(alone.OriginGroups).toBeUndefined();
  expect(alone.DefaultCacheBehavior.TargetOriginId).toBe('site-eu-central-1');
});

test('without an API it has the static files alone, and no secret', () => {
  const alone = edge(origins('eu-central-1'), null);
  expect(config(alone)).not.toHaveProperty('CacheBehaviors');
  expect(JSON.stringify(alone.toJSON())).not.toContain('secretsmanager');
});

test('errors of the API are not replaced by pages', () => {
  expect(config(template)).not.toHaveProperty('CustomErrorResponses');
});

test("the product's name leads there over IPv4 and IPv6", () => {
  const records = Object.values(template.findResources('AWS::Route53::RecordSet')).map(
    ({ Properties }) => Properties as { Name: string; Type: string },
  );
  expect(records.map(({ Name, Type }) => `${Name} ${Type}`).sort()).toEqual([
    'example.com. A',
    'example.com. AAAA',
  ]);
});

describe('with private load balancers', () => {
  const regions = ['eu-central-1', 'us-east-2', 'ap-northeast-1'];
  const private3 = edge(origins(...regions), null, hidden(...regions));
  const { CacheBehaviors, Origins, ...others } = config(private3);

  test('every Region is an origin in its network, all of them alike but for their names', () => {
    const own = Origins.filter(({ VpcOriginConfig }) => VpcOriginConfig !== undefined);
    expect(own.map(({ Id, DomainName }) => [Id, DomainName])).toEqual(
      regions.map((region) => [region, `${region}.origin.example.com`]),
    );
    const alike = own.map((origin) => ({
      ...origin,
      ...(origin.VpcOriginConfig as object),
      ...{ Id: '', DomainName: '', VpcOriginConfig: {}, VpcOriginId: '' },
    }));
    expect(alike[1]).toEqual(alike[0]);
    expect(alike[2]).toEqual(alike[0]);
    private3.resourceCountIs('AWS::CloudFront::VpcOrigin', 3);
    const [first] = Object.values(private3.findResources('AWS::CloudFront::VpcOrigin'));
    expect(first?.Properties).toMatchObject({
      VpcOriginEndpointConfig: {
        Arn: expect.stringContaining('elasticloadbalancing:eu-central-1') as unknown,
        OriginProtocolPolicy: 'https-only',
        OriginSSLProtocols: ['TLSv1.2'],
      },
    });
  });

  test('a function with a key-value store picks among them, and is told the country', () => {
    expect(CacheBehaviors.map(({ PathPattern }) => PathPattern)).toEqual([
      ...['/api/*', '/healthz', '/readyz'],
    ]);
    expect(CacheBehaviors[1]).toMatchObject({ AllowedMethods: ['GET', 'HEAD', 'OPTIONS'] });
    const [policy] = Object.values(private3.findResources('AWS::CloudFront::OriginRequestPolicy'));
    expect(policy?.Properties).toMatchObject({
      OriginRequestPolicyConfig: {
        HeadersConfig: {
          HeaderBehavior: 'allViewerAndWhitelistCloudFront',
          Headers: ['CloudFront-Viewer-Country'],
        },
      },
    });
    private3.hasResourceProperties('AWS::CloudFront::Function', {
      FunctionConfig: { KeyValueStoreAssociations: [{}] },
    });
    private3.resourceCountIs('AWS::CloudFront::KeyValueStore', 1);
  });

  test("each Region's own name leads there too, with its certificate", () => {
    const names = ['example.com', ...regions.map((region) => `${region}.origin.example.com`)];
    expect(others).toMatchObject({ Aliases: names });
    expect(only(private3, 'AWS::CertificateManager::Certificate')).toMatchObject({
      SubjectAlternativeNames: names.slice(1),
    });
    private3.resourceCountIs('AWS::Route53::RecordSet', 8);
  });

  test('one Region is enough', () => {
    const alone = config(edge(origins('eu-central-1'), null, hidden('eu-central-1')));
    expect(alone.Origins.map(({ Id }) => Id)).toEqual(['site-eu-central-1', 'eu-central-1']);
  });
});

describe('policies of its own', () => {
  const behaviors = [config(template).DefaultCacheBehavior, ...config(template).CacheBehaviors];
  const named = (type: string, name: string) => {
    const found = Object.entries(template.findResources(type)).map(
      ([id, { Properties }]) => [id, Object.values(Properties as object)[0] as Policy] as const,
    );
    return found.find(([, { Name }]) => Name === name)!;
  };
  interface Policy {
    readonly Name: string;
    readonly SecurityHeadersConfig: Record<string, Record<string, unknown>>;
  }

  test('static files are kept by their path alone, and compressed', () => {
    const [id, cache] = named('AWS::CloudFront::CachePolicy', 'meridian-site');
    expect(behaviors[0]).toMatchObject({ CachePolicyId: { Ref: id }, Compress: true });
    expect(cache).toMatchObject({
      ...{ MinTTL: 0, DefaultTTL: 60, MaxTTL: 86_400 },
      ParametersInCacheKeyAndForwardedToOrigin: {
        ...{ EnableAcceptEncodingBrotli: true, EnableAcceptEncodingGzip: true },
        CookiesConfig: { CookieBehavior: 'none' },
        HeadersConfig: { HeaderBehavior: 'none' },
        QueryStringsConfig: { QueryStringBehavior: 'none' },
      },
    });
  });

  test.each([
    ['meridian-site', 0, /^default-src 'none'; script-src 'self'/],
    ['meridian-api', 1, /^default-src 'none'; frame-ancestors 'none'$/],
  ])('%s: every answer bears the security headers', (name, at, content) => {
    const [id, policy] = named('AWS::CloudFront::ResponseHeadersPolicy', name);
    expect(behaviors[at]).toMatchObject({ ResponseHeadersPolicyId: { Ref: id } });
    expect(policy.SecurityHeadersConfig).toEqual({
      StrictTransportSecurity: {
        ...{ AccessControlMaxAgeSec: 63_072_000, IncludeSubdomains: false, Override: true },
      },
      ContentSecurityPolicy: {
        ContentSecurityPolicy: expect.stringMatching(content) as unknown,
        Override: true,
      },
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'DENY', Override: true },
      ReferrerPolicy: { ReferrerPolicy: 'strict-origin-when-cross-origin', Override: true },
    });
  });

  test('what the API says about other origins holds, the edge speaks where it says nothing', () => {
    const [, policy] = named('AWS::CloudFront::ResponseHeadersPolicy', 'meridian-api');
    expect(policy).toMatchObject({
      CorsConfig: {
        ...{ OriginOverride: false, AccessControlAllowCredentials: false },
        AccessControlAllowOrigins: { Items: ['*'] },
      },
    });
  });
});

test('uploads are read from the Region of their path, and from the next where it fails', () => {
  const regions = ['eu-central-1', 'us-east-2', 'ap-northeast-1'];
  const media = regions.map((region) => ({ region, bucketName: `uploads-${region}` }));
  const { CacheBehaviors, OriginGroups, Origins } = config(
    edge(origins(...regions), API, undefined, media),
  );
  const groups = new Map(OriginGroups?.Items.map(({ Id, Members }) => [Id, Members.Items]));
  const asked = CacheBehaviors.slice(1).map(({ PathPattern, TargetOriginId }) => [
    PathPattern,
    groups.get(String(TargetOriginId)),
  ]);
  expect(asked).toEqual([
    [
      '/media/eu-central-1/*',
      [{ OriginId: 'media-eu-central-1' }, { OriginId: 'copies-us-east-2' }],
    ],
    [
      '/media/us-east-2/*',
      [{ OriginId: 'media-us-east-2' }, { OriginId: 'copies-ap-northeast-1' }],
    ],
    [
      '/media/ap-northeast-1/*',
      [{ OriginId: 'media-ap-northeast-1' }, { OriginId: 'copies-eu-central-1' }],
    ],
  ]);
  const access = Origins.filter(({ Id }) => /^(media|copies)-/.test(String(Id)));
  expect(access).toHaveLength(6);
  for (const origin of access) expect(origin).toHaveProperty('OriginAccessControlId');
});

test('origins that a function picks follow those of uploads', () => {
  const regions = ['eu-central-1', 'us-east-2', 'ap-northeast-1'];
  const media = regions.map((region) => ({ region, bucketName: `uploads-${region}` }));
  const template = edge(origins(...regions), null, hidden(...regions), media);
  const ids = config(template).Origins.map(({ Id }) => String(Id));
  expect(new Set(ids).size).toBe(2 + 3 + 6);
  expect(ids).toEqual(expect.arrayContaining(regions));
});

test('what viewers ask is logged by the hour, into the bucket that admits it', () => {
  const [source, destination, delivery] = ['DeliverySource', 'DeliveryDestination', 'Delivery'].map(
    (type) => only(template, `AWS::Logs::${type}`),
  );
  const { Ref: distribution } = (
    source?.ResourceArn as { 'Fn::Join': [string, [string, { readonly Ref: string }]] }
  )['Fn::Join'][1][1];
  expect(Object.keys(template.findResources('AWS::CloudFront::Distribution'))).toEqual([
    distribution,
  ]);
  expect([source?.LogType, destination?.OutputFormat, destination?.DestinationResourceArn]).toEqual(
    ['ACCESS_LOGS', 'json', 'arn:aws:s3:::logs-eu-central-1'],
  );
  expect([delivery?.DeliverySourceName, delivery?.S3SuffixPath]).toEqual([
    source?.Name,
    '{DistributionId}/{yyyy}/{MM}/{dd}/{HH}',
  ]);
  // The name alone would let CloudFormation make it before its source.
  const [{ DependsOn: waits } = {}] = Object.values(template.findResources('AWS::Logs::Delivery'));
  expect(waits).toEqual(Object.keys(template.findResources('AWS::Logs::DeliverySource')));
});
