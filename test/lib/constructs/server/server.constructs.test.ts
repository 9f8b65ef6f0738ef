import { Template } from 'aws-cdk-lib/assertions';
import { resolveDeployment } from '../../../../lib/config';
import type { Declaration } from '../../../../lib/config';
import reference from '../../../../lib/config/declarations/single-server';
import { DataVolume, SingleServer } from '../../../../lib/constructs/server';
import { TestStack, bundleFixture, only } from '../../../support/stack';

const bundle = bundleFixture();
const REGION = 'eu-central-1';
const deploymentOf = (changes: Partial<Declaration> = {}) =>
  resolveDeployment({ ...reference, ...changes });

const volumeOf = (changes: Partial<Declaration> = {}): Template => {
  const stack = new TestStack(REGION);
  const { server, protection } = deploymentOf(changes);
  new DataVolume(stack, 'Data', {
    volumeName: 'data-volume',
    zone: 'eu-central-1a',
    keyArn: 'arn:aws:kms:eu-central-1:123456789012:alias/meridian-data',
    server: server!,
    protection,
  });
  return Template.fromStack(stack);
};

const serverOf = (changes: Partial<Declaration> = {}): Template => {
  const stack = new TestStack(REGION);
  const deployment = deploymentOf(changes);
  new SingleServer(stack, 'One', {
    deployment,
    region: REGION,
    server: deployment.server!,
    service: deployment.services[0]!,
    vpc: stack.importedVpc(),
    zone: 'eu-central-1a',
    volumeId: 'vol-0123456789abcdef0',
    bundle,
    migrate: bundle,
    site: bundle,
  });
  return Template.fromStack(stack);
};

describe('DataVolume', () => {
  test('is encrypted with our key, retained, and in one zone', () => {
    const volume = Object.values(volumeOf().findResources('AWS::EC2::Volume'))[0]!;
    expect(volume.Properties).toMatchObject({
      AvailabilityZone: 'eu-central-1a',
      Encrypted: true,
      KmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:alias/meridian-data',
      VolumeType: 'gp3',
      Size: 40,
      Iops: 3000,
      Throughput: 125,
    });
    expect([volume.DeletionPolicy, volume.UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
  });

  test('takes every declared value, and leaves nothing behind where ephemeral', () => {
    const template = volumeOf({
      protection: 'ephemeral',
      server: {
        volumeGiB: 100,
        volumeIops: 6000,
        volumeMiBPerSecond: 500,
        snapshotEveryHours: 12,
        snapshotsKept: 3,
      },
    });
    const volume = Object.values(template.findResources('AWS::EC2::Volume'))[0]!;
    expect(volume.Properties).toMatchObject({ Size: 100, Iops: 6000, Throughput: 500 });
    expect(volume.DeletionPolicy).toBe('Delete');
    const { PolicyDetails } = only(template, 'AWS::DLM::LifecyclePolicy') as never;
    expect(PolicyDetails).toMatchObject({
      Schedules: [{ CreateRule: { Interval: 12 }, RetainRule: { Count: 3 } }],
    });
  });

  test('is found by the policy of its snapshots', () => {
    const template = volumeOf();
    const tag = { Key: 'meridian:volume', Value: 'data-volume' };
    expect(only(template, 'AWS::EC2::Volume')).toMatchObject({
      Tags: expect.arrayContaining([tag]) as unknown,
    });
    expect(only(template, 'AWS::DLM::LifecyclePolicy')).toMatchObject({
      PolicyDetails: { ResourceTypes: ['VOLUME'], TargetTags: [tag] },
    });
  });
});

describe('SingleServer', () => {
  const template = serverOf();
  const userData = (of: Template): string => {
    const { LaunchTemplateData } = only(of, 'AWS::EC2::LaunchTemplate') as {
      LaunchTemplateData: { UserData: { 'Fn::Base64': { 'Fn::Join': [string, unknown[]] } } };
    };
    const [, parts] = LaunchTemplateData.UserData['Fn::Base64']['Fn::Join'];
    return parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join('');
  };

  test('is a group of one in the zone of its volume, replaced one after the other', () => {
    template.hasResource('AWS::AutoScaling::AutoScalingGroup', {
      Properties: { MinSize: '1', MaxSize: '1', VPCZoneIdentifier: ['subnet-public1'] },
      CreationPolicy: { ResourceSignal: { Count: 1, Timeout: 'PT20M' } },
      UpdatePolicy: { AutoScalingRollingUpdate: { MaxBatchSize: 1, MinInstancesInService: 0 } },
    });
  });

  test('admits the web from anywhere and PostgreSQL from inside, and no shell', () => {
    const { SecurityGroupIngress } = only(template, 'AWS::EC2::SecurityGroup') as {
      SecurityGroupIngress: { CidrIp: string; FromPort: number }[];
    };
    expect(SecurityGroupIngress.map(({ CidrIp, FromPort }) => [CidrIp, FromPort])).toEqual([
      ['0.0.0.0/0', 80],
      ['0.0.0.0/0', 443],
      ['10.9.0.0/16', 5432],
    ]);
  });

  test('runs nothing but what has the digest that synthesis saw', () => {
    const text = userData(template);
    expect(text.startsWith('#!/bin/bash\n')).toBe(true);
    const setup = /(\S+) ([0-9a-f]{64}) \/opt\/meridian\/setup\.sh/.exec(text)!;
    expect(text).toContain(`echo '${setup[2]!}  /opt/meridian/setup.sh' | sha256sum --check`);
    expect(text).toMatch(/[0-9a-f]{64} \/opt\/meridian\/server\.mjs/);
    expect(text).toMatch(/[0-9a-f]{64} \/opt\/meridian\/migrate\/index\.mjs/);
  });

  test('starts with less than EC2 takes of user data', () => {
    expect(Buffer.byteLength(userData(template))).toBeLessThan(16_384);
  });

  test('migrates what later stages migrate, against its own PostgreSQL', () => {
    const [, text] = /migration\.json <<'MERIDIAN'\n(.*)\nMERIDIAN/.exec(userData(template))!;
    const { Seed, Clusters } = JSON.parse(text!) as { Seed: string; Clusters: object };
    expect(Clusters).toEqual({
      'main.s0': {
        writer: '127.0.0.1:5432',
        reader: '127.0.0.1:5432',
        masterSecret: 'meridian/main/s0/master',
      },
    });
    expect(JSON.parse(Seed)).toMatchObject({ directory: { home: REGION } });
  });

  test('takes over its own volume and its own address only', () => {
    const { PolicyDocument } = only(template, 'AWS::IAM::Policy') as {
      PolicyDocument: { Statement: { Action: string | string[]; Resource: unknown }[] };
    };
    const attach = PolicyDocument.Statement.find(({ Action }) =>
      [Action].flat().includes('ec2:AttachVolume'),
    );
    expect(JSON.stringify(attach!.Resource)).toContain('volume/vol-0123456789abcdef0');
    const anything = PolicyDocument.Statement.filter(({ Resource }) => Resource === '*');
    expect(anything.flatMap(({ Action }) => Action)).toEqual(['ec2:DescribeVolumes']);
  });

  test('refuses a variable that neither shell nor systemd would read alike', () => {
    const services = { api: { environment: { MOTTO: "it's" } } };
    expect(() => serverOf({ services })).toThrow("`environment.MOTTO` must be without '");
  });
});
