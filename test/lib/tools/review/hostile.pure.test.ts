import fc from 'fast-check';
import { AssemblyError } from '../../../../lib/tools/assembly';
import {
  formatMarkdown,
  formatMermaid,
  formatSarif,
  formatSvg,
  formatText,
} from '../../../../lib/tools/review';
import { pictureOf, review, singlePoints, sumOf, View } from '../../../../lib/tools/review';
import { Fixtures } from '../assembly/fixture';

const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

/** Types that rules read, with properties that they read of them. */
const TYPES = [
  'AWS::Route53::RecordSet', 'AWS::Route53::HealthCheck', 'AWS::CloudFront::Distribution', 'AWS::RDS::DBCluster',
  'AWS::RDS::GlobalCluster', 'AWS::RDS::DBClusterParameterGroup', 'AWS::DynamoDB::GlobalTable', 'AWS::CloudWatch::Alarm', 'AWS::ECS::Service',
  'AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::ElasticLoadBalancingV2::ListenerRule', 'AWS::EC2::SecurityGroup',
  'AWS::EC2::Subnet', 'AWS::IAM::Policy', 'AWS::S3::Bucket', 'AWS::FIS::ExperimentTemplate', 'AWS::ARCRegionSwitch::Plan',
  'Custom::MeridianMigration', 'Custom::MeridianBinding', 'AWS::Lambda::Function', 'AWS::SecretsManager::Secret',
]; // prettier-ignore
const NAMES = [
  'Name', 'Type', 'Region', 'SetIdentifier', 'AliasTarget', 'DNSName', 'HealthCheckConfig', 'FullyQualifiedDomainName',
  'ChildHealthChecks', 'DistributionConfig', 'Origins', 'OriginGroups', 'Items', 'CacheBehaviors', 'Replicas', 'Dimensions',
  'Metrics', 'AlarmActions', 'Subnets', 'CidrBlock', 'PolicyDocument', 'Statement', 'Action', 'Resource', 'Principal',
  'ReplicationConfiguration', 'Rules', 'Targets', 'Actions', 'Seed', 'Environment', 'Variables', 'Parameters', 'Tags',
  'GlobalClusterIdentifier', 'DBClusterIdentifier', 'Conditions', 'SecurityGroupIngress', '__proto__',
]; // prettier-ignore
const texts = fc.constantFrom(
  '', '*', 'A', 'eu-west-1', '10.0.0.0/8', '300.0.0.0/99', 'arn:aws:iam::1:x', '\uE000x\uE001y\uE002', '\uE003',
  '{"shards":{"s(0":{"home":"eu-west-1"},"b[":1},"logicalShards":[{"first":-5,"last":1e99,"shard":1}]}', '{{resolve:secretsmanager:a:b}}', '/*'.repeat(20),
); // prettier-ignore
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(texts, fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 4 }),
    fc.constantFrom('A', 'B', 'C').map((id) => ({ Ref: id })),
    fc.constantFrom('A.Arn', 'B.X').map((path) => ({ 'Fn::GetAtt': path })),
  ),
}));
const template = fc.record({
  Resources: fc.dictionary(
    fc.constantFrom('A', 'B', 'C', 'D'),
    fc.record({
      Type: fc.constantFrom(...TYPES),
      Properties: fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 6 }),
    }),
    { maxKeys: 4 },
  ),
});

it('reviews, answers and draws whatever a template holds, or refuses it with an AssemblyError', () => {
  let read = 0;
  fc.assert(
    fc.property(template, template, (one, two) => {
      try {
        const assembly = fixtures.load({
          One: { region: 'eu-west-1', template: one },
          Two: { region: 'us-west-2', template: two },
        });
        const intent = { objectives: { rtoSeconds: 1, rpoSeconds: 1 }, peakRequestsPerSecond: 1 };
        const report = review(assembly, { intent });
        const view = new View(assembly, intent);
        const picture = pictureOf(view);
        const written = [
          formatText(report),
          formatMarkdown(report),
          formatSarif(report, assembly),
          formatSvg(picture),
          formatMermaid(picture),
          JSON.stringify([sumOf(view), singlePoints(view)]),
        ];
        expect(written.every((text) => text.length > 0)).toBe(true);
        read += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(AssemblyError);
      }
    }),
    { numRuns: 250 },
  );
  expect(read).toBeGreaterThan(50);
});
