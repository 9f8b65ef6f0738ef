// Writes lib/tools/growth/data/replacement.json from the service specification that the pinned CDK
// command line carries: which properties of a resource type cannot be changed without a replacement.
// Run it after `aws-cdk` was updated: node scripts/replacement-rules.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** Services of which a deployment of ours, or of somebody like us, has resources. */
const SERVICES = [
  ...['ApiGatewayV2', 'ApplicationAutoScaling', 'ARCRegionSwitch', 'ARCZonalShift', 'AutoScaling'],
  ...[
    'Backup',
    'Budgets',
    'Cassandra',
    'CertificateManager',
    'CloudFormation',
    'CloudFront',
    'CloudWatch',
  ],
  ...['Cognito', 'DLM', 'DSQL', 'DynamoDB', 'EC2', 'ECR', 'ECS', 'EFS', 'ElastiCache'],
  ...['ElasticLoadBalancingV2', 'Events', 'FIS', 'GlobalAccelerator', 'IAM', 'KMS', 'Kinesis'],
  ...['KinesisFirehose', 'Lambda', 'Logs', 'MemoryDB', 'Neptune', 'OpenSearchService', 'Pipes'],
  ...['RDS', 'Route53', 'Route53RecoveryControl', 'S3', 'SNS', 'SQS', 'SSM', 'Scheduler'],
  ...['SecretsManager', 'ServiceDiscovery', 'StepFunctions', 'Synthetics', 'WAFv2'],
];

export function replacementRules() {
  const file = new URL('../node_modules/aws-cdk/db.json.gz', import.meta.url);
  const { schema } = JSON.parse(gunzipSync(readFileSync(file)).toString());
  const resources = Object.values(schema.resource.entities);
  const named = (properties, answer) =>
    Object.keys(properties)
      .filter((name) => properties[name].causesReplacement === answer)
      .sort();
  return Object.fromEntries(
    resources
      .filter(({ cloudFormationType }) => SERVICES.includes(cloudFormationType.split('::')[1]))
      .sort((one, other) => (one.cloudFormationType < other.cloudFormationType ? -1 : 1))
      .map(({ cloudFormationType, properties }) => [
        cloudFormationType,
        { replaced: named(properties, 'yes'), perhaps: named(properties, 'maybe') },
      ]),
  );
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const lines = Object.entries(replacementRules()).map(
    ([type, rules]) => `  ${JSON.stringify(type)}: ${JSON.stringify(rules)}`,
  );
  const target = new URL('../lib/tools/growth/data/replacement.json', import.meta.url);
  writeFileSync(target, `{\n${lines.join(',\n')}\n}\n`);
  console.log(`${lines.length} types`);
}
