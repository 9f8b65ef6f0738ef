import { spawnSync } from 'node:child_process';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { SoftwareBalancerProps } from '../../../../lib/constructs/compute';
import { SoftwareBalancer } from '../../../../lib/constructs/compute';
import { only, statements, templateOf } from '../../../support/stack';

const tier = (changes: Partial<SoftwareBalancerProps> = {}) =>
  templateOf((stack) => {
    const securityGroup = SecurityGroup.fromSecurityGroupId(stack, 'Tier', 'sg-tier');
    new SoftwareBalancer(stack, 'Balancer', {
      ...{ region: 'us-east-2', vpc: stack.importedVpc(), securityGroup, discovery: 'follow();' },
      ...{ algorithm: 'fastest-response', healthPath: '/healthz' },
      servers: { group: 'app-group', most: 24 },
      target: { arn: 'arn:aws:elasticloadbalancing:target-group', listener: securityGroup },
      ...changes,
    });
  });
const template = tier();
const GROUP = 'AWS::AutoScaling::AutoScalingGroup';

function script(of: ReturnType<typeof tier>): string {
  const { UserData } = only(of, 'AWS::EC2::LaunchTemplate')['LaunchTemplateData'] as {
    UserData: { 'Fn::Base64': string };
  };
  return UserData['Fn::Base64'];
}

test('with minimal properties one balancer stands in each zone, and more come with the load', () => {
  expect(only(template, GROUP)).toMatchObject({
    ...{ MinSize: '3', MaxSize: '12', HealthCheckType: 'ELB' },
    VPCZoneIdentifier: ['subnet-private1', 'subnet-private2', 'subnet-private3'],
    TargetGroupARNs: ['arn:aws:elasticloadbalancing:target-group'],
  });
  expect(only(template, 'AWS::AutoScaling::ScalingPolicy')).toMatchObject({
    TargetTrackingConfiguration: { TargetValue: 50 },
  });
});

test('it may list instances and nothing else', () => {
  expect(statements(template)).toEqual([
    { Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' },
  ]);
});

test('it checks the generated configuration before it serves, and follows the group of servers', () => {
  const text = script(template);
  expect(spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' })).toMatchObject({ status: 0 });
  expect(text).toContain('server-template app 1-24 127.0.0.1:8080 disabled');
  expect(text).toContain('lua-load /etc/haproxy/fastest.lua');
  expect(text).toContain('\nhaproxy -c -f /etc/haproxy/haproxy.cfg\n');
  expect(text).toContain('BALANCER_GROUP="app-group"');
  expect(text).toContain('\nfollow();\n');
  expect(Buffer.byteLength(text)).toBeLessThan(16_384);
});

test('with every property it is of the declared size and algorithm', () => {
  const every = tier({
    ...{ algorithm: 'uri-hash', instanceType: 'c8gn.large', minInstances: 6, maxInstances: 9 },
  });
  expect(only(every, GROUP)).toMatchObject({ MinSize: '6', MaxSize: '9' });
  expect(JSON.stringify(only(every, GROUP))).toContain('"InstanceType":"c8gn.large"');
  expect(script(every)).toContain('balance uri\n  hash-type consistent');
  expect(script(every)).not.toContain('lua');
});

test('it demands a secret that it may read, and that no template holds', () => {
  const demanding = tier({
    slowStartSeconds: 60,
    admits: {
      ...{ openPaths: ['/healthz'], openHosts: [], secret: 'meridian/origin' },
      statements: [new PolicyStatement({ actions: ['x:Read'], resources: ['arn:secret'] })],
    },
  });
  const text = script(demanding);
  expect(spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' })).toMatchObject({ status: 0 });
  expect(text).toContain('deny_status 403 unless open or verified');
  expect(text).toContain("cat > /etc/haproxy/origin.acl <<'END_OF_MERIDIAN_FILE'\n\nEND_OF");
  expect(text).toContain('BALANCER_SECRET="meridian/origin"');
  expect(text).toContain('BALANCER_SECRETS_FILE="/etc/haproxy/origin.acl"');
  expect(text).toContain('slowstart 60s');
  expect(statements(demanding)).toContainEqual({
    ...{ Effect: 'Allow', Action: 'x:Read', Resource: 'arn:secret' },
  });
});

test.each([
  [{ minInstances: 0 }, 'got: 0'],
  [{ minInstances: 3, maxInstances: 3 }, 'above 3, got: 3'],
])('impossible bounds are refused: %j', (changes, message) => {
  expect(() => tier(changes)).toThrow(message);
});
