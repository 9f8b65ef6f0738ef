import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnRotationSchedule } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

export interface SecretRotationProps {
  /** Carries out the four steps of a rotation. */
  readonly function: IFunction;
  /** Account of the secrets: no other one's rotation may call the function. */
  readonly account: string;
  /** Days between two rotations, 1 to 365. */
  readonly days: number;
  /** Names of secrets of the stack's own Region, which is where their primary copies are. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * Lets Secrets Manager call our own function on a schedule, once at deployment, so that a rotation that does
 * not work is known on the first day. Copies in other Regions follow by themselves.
 *
 * Costs nothing by itself; each rotation is a few API calls.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html
 */
export class SecretRotation extends Construct {
  public constructor(scope: Construct, id: string, props: SecretRotationProps) {
    super(scope, id);
    const { account, days, secrets } = props;
    if (!Number.isInteger(days) || days < 1 || days > 365)
      throw new RangeError(`\`days\` must be an integer between 1 and 365, got: ${days}`);
    const permission = new CfnPermission(this, 'Permission', {
      action: 'lambda:InvokeFunction',
      functionName: props.function.functionArn,
      principal: 'secretsmanager.amazonaws.com',
      sourceAccount: account,
    });
    for (const [name, secretId] of Object.entries(secrets)) {
      const schedule = new CfnRotationSchedule(this, name, {
        secretId,
        rotationLambdaArn: props.function.functionArn,
        rotationRules: { scheduleExpression: `rate(${days} ${days === 1 ? 'day' : 'days'})` },
        rotateImmediatelyOnUpdate: true,
      });
      schedule.addResourceDependency(permission);
    }
  }
}
