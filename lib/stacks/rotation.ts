import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { rotatedBehindProxies } from '../config';
import { LoggedFunction, rotationEnvironment } from '../constructs/compute';
import { RunbookAlarms, rotationAlarms } from '../constructs/observability';
import { SecretRotation, useDataKey, useTables } from '../constructs/security';
import type { Artifacts, MeridianStackProps } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';
import { pascalCase } from './private/pascal-case';

export interface RotationProps extends MeridianStackProps {
  /** Days between two rotations. */
  readonly days: number;
  /** What is built before constructs run. */
  readonly artifacts: Pick<Artifacts, 'rotate'>;
}

/**
 * Rotation of the signing secret and of the domains' roles, in the Region of the primary secrets. Roles
 * are changed by the migration functions of the Regions that write, so these are there first.
 */
export class Rotation extends MeridianStack {
  public constructor(scope: Construct, id: string, props: RotationProps) {
    const { deployment, days, artifacts } = props;
    super(scope, id, {
      deployment,
      kind: 'rotation',
      region: deployment.birthRegion,
      regional: false,
      stateful: false,
      description: `${deployment.name}: rotation of credentials`,
    });
    const { names } = this;
    const rotate = new LoggedFunction(this, 'Code', {
      functionName: names.rotationFunction(),
      description: `${deployment.name} rotation of credentials`,
      code: Code.fromAsset(artifacts.rotate),
      timeout: Duration.minutes(5),
      environment: { ...rotationEnvironment(deployment) },
      statements: this.statements(props),
    });
    const domains = deployment.domains.map(
      ({ name }) => [`Domain${pascalCase(name)}`, names.domainSecret(name)] as const,
    );
    const rotation = new SecretRotation(this, 'Schedule', {
      function: rotate.function,
      account: deployment.account,
      days,
      secrets: { Signing: names.signingSecret(), ...Object.fromEntries(domains) },
    });
    rotation.node.addDependency(rotate);
    new RunbookAlarms(this, 'Watch', {
      prefix: deployment.name,
      topicArn: names.alarmTopicArn(deployment.birthRegion),
      alarms: rotationAlarms(names.rotationFunction()),
    });
  }

  private statements({ deployment }: RotationProps): PolicyStatement[] {
    const { names } = this;
    const place = { deployment, region: deployment.birthRegion };
    const domains = deployment.domains.map(({ name }) => names.domainSecret(name));
    const left = rotatedBehindProxies(deployment).map(({ name }) => names.leftUserSecret(name));
    return [
      new PolicyStatement({
        actions: [
          'DescribeSecret',
          'GetSecretValue',
          'PutSecretValue',
          'UpdateSecretVersionStage',
        ].map((action) => `secretsmanager:${action}`),
        resources: [names.signingSecret(), ...domains].map((secret) =>
          names.secretArnPattern(secret, place.region),
        ),
      }),
      ...(left.length > 0
        ? [
            new PolicyStatement({
              actions: ['secretsmanager:DescribeSecret', 'secretsmanager:PutSecretValue'],
              resources: left.map((secret) => names.secretArnPattern(secret, place.region)),
            }),
          ]
        : []),
      useDataKey(place, ['secretsmanager'], true),
      useTables(place, ['topology'], ['GetItem'], deployment.controlRegions),
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: deployment.regions.map(({ name }) => names.migrationFunctionArn(name)),
      }),
    ];
  }
}
