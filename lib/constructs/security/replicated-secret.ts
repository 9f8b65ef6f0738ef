import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Protection, RegionName } from '../../config';
import { lifecycleOf } from '../lifecycle';

/** A further Region that holds the secret under the same name. */
export interface SecretReplica {
  readonly region: RegionName;
  /** ARN of a key or alias there. @default the AWS managed key of Secrets Manager */
  readonly keyArn?: string;
}

export interface ReplicatedSecretProps {
  /** Name, the same in every Region. */
  readonly secretName: string;
  /** What opens with it, for whoever finds it in the console. */
  readonly description: string;
  /** ARN of the key or alias that encrypts it in the stack's own Region. */
  readonly keyArn: string;
  /** Further Regions that hold it. */
  readonly replicas: readonly SecretReplica[];
  /** Whether it survives its stack. */
  readonly protection: Protection;
  /**
   * Makes the value the JSON object `{"username": …, "password": …}` with a generated password.
   * @default the value is the generated text alone
   */
  readonly username?: string;
}

const LENGTH = 40;

/**
 * A generated secret with a replica in every Region that reads it, so that no Region asks another one
 * for a credential. Letters and digits only: the value goes into connection strings and HTTP headers.
 *
 * L1, because a replica's key is named by the ARN of an alias in another Region, and that is text.
 * Costs 0.40 USD a month for each Region.
 *
 * @stateful a new value locks out whoever still holds the old one
 */
export class ReplicatedSecret extends Construct {
  /** Name under which every Region reads it. */
  public readonly secretName: string;
  /** In the stack's own Region; known only at deployment. */
  public readonly secretArn: string;

  public constructor(scope: Construct, id: string, props: ReplicatedSecretProps) {
    super(scope, id);
    this.secretName = props.secretName;
    const secret = new CfnSecret(this, 'Resource', {
      name: props.secretName,
      description: props.description,
      kmsKeyId: props.keyArn,
      generateSecretString: {
        passwordLength: LENGTH,
        excludePunctuation: true,
        ...(props.username !== undefined && {
          secretStringTemplate: JSON.stringify({ username: props.username }),
          generateStringKey: 'password',
        }),
      },
      replicaRegions: props.replicas.map(({ region, keyArn }) => ({ region, kmsKeyId: keyArn })),
    });
    this.secretArn = secret.ref;
    secret.applyRemovalPolicy(lifecycleOf(props.protection).removalPolicy);
  }
}
