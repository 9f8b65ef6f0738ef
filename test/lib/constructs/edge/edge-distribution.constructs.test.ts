import { HostedZone } from 'aws-cdk-lib/aws-route53';
import type { SiteOrigin } from '../../../../lib/constructs/edge';
import { EdgeDistribution } from '../../../../lib/constructs/edge';
import { directoryOf, only, templateOf } from '../../../support/stack';

const site = directoryOf({ 'index.html': '<h1>Hello</h1>', '404.html': '<h1>Nothing</h1>' });
const origins = (...regions: string[]): [SiteOrigin, ...SiteOrigin[]] =>
  regions.map((region) => ({ region, bucketName: `site-${region}` })) as [SiteOrigin];
const API = { host: 'origin.example.com', secret: 'meridian/origin' };
const edge = (sites: [SiteOrigin, ...SiteOrigin[]], api: typeof API | null = API) =>
  templateOf((stack) => {
    new EdgeDistribution(stack, 'Cdn', {
      domainName: 'example.com',
      zone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
        hostedZoneId: 'Z1',
        zoneName: 'example.com',
      }),
      ...(api && { api }),
      sites,
      siteDirectory: site,
      webAclArn: 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/edge/1',
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
