import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Aspects, Stack } from 'aws-cdk-lib';
// Removes the output directories that applications of unit tests leave.
import 'aws-cdk-lib/testhelpers/jest-autoclean';
import { Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { context } from '../../cdk.json';
import { LogRetention } from '../../lib/constructs/observability';

export { deploymentWith } from './deployment';

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-2';

/** A stack of its own application, with the feature flags of cdk.json and nothing looked up. */
export class TestStack extends Stack {
  public constructor(region = REGION) {
    super(new App({ context }), 'Test', { env: { account: ACCOUNT, region } });
    Aspects.of(this).add(new LogRetention());
  }

  public override get availabilityZones(): string[] {
    return ['a', 'b', 'c'].map((letter) => `${this.region}${letter}`);
  }

  /** A network of three zones without NAT. */
  public vpc(): IVpc {
    return new Vpc(this, 'TestVpc', { natGateways: 0, restrictDefaultSecurityGroup: false });
  }

  /** A network with private, public and isolated subnets that is not part of the template. */
  public importedVpc(): IVpc {
    const three = (name: string): string[] => ['1', '2', '3'].map((zone) => name + zone);
    return Vpc.fromVpcAttributes(this, 'ImportedVpc', {
      vpcId: 'vpc-1',
      vpcCidrBlock: '10.9.0.0/16',
      availabilityZones: this.availabilityZones,
      publicSubnetIds: three('subnet-public'),
      privateSubnetIds: three('subnet-private'),
      isolatedSubnetIds: three('subnet-isolated'),
      publicSubnetRouteTableIds: three('rtb-public'),
      privateSubnetRouteTableIds: three('rtb-private'),
      isolatedSubnetRouteTableIds: three('rtb-isolated'),
    });
  }
}

/** Template of what `build` puts into a stack. */
export function templateOf(build: (stack: TestStack) => void, region = REGION): Template {
  const stack = new TestStack(region);
  build(stack);
  return Template.fromStack(stack);
}

/** Properties of the only resource of a type. */
export function only(template: Template, type: string): Record<string, unknown> {
  const found = Object.values(template.findResources(type)) as {
    Properties: Record<string, unknown>;
  }[];
  expect(found).toHaveLength(1);
  return found[0]!.Properties;
}

/** Statements of all policies that stand apart from their roles. */
export function statements(template: Template): Record<string, unknown>[] {
  const policies = Object.values(template.findResources('AWS::IAM::Policy')) as {
    Properties: { PolicyDocument: { Statement: Record<string, unknown>[] } };
  }[];
  return policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

/** A directory of files, removed when the tests of the calling file are done. */
export function directoryOf(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'meridian-fixture-'));
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(directory, name), content);
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}

/** A bundle that does nothing. */
export function bundleFixture(): string {
  return directoryOf({
    'index.mjs': 'export const handler = () => {};\n',
    'server.mjs': 'export {};\n',
  });
}
