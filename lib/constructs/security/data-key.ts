import { Duration } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnAlias, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { budgetsOf } from '../../config';
import type { Protection } from '../../config';
import { lifecycleOf } from '../lifecycle';

export interface DataKeyProps {
  /** Name of the alias, `alias/…`; the same in every Region, so that other stacks compute it. */
  readonly aliasName: string;
  /** Account whose alarms may publish to topics that the key encrypts. */
  readonly account: string;
  /** Account whose vault takes copies of what the key encrypts. @default none */
  readonly backupAccount?: string;
  /** Whether the account's budgets publish to such a topic. @default false */
  readonly usedByBudgets?: boolean;
  /** Whether the account's distributions read buckets that it encrypts. @default false */
  readonly readByCdn?: boolean;
  /** Whether the key survives its stack. */
  readonly protection: Protection;
}

/**
 * The Region's own key for everything at rest, rotated each year, found by its alias. One key in each
 * Region instead of multi-Region keys: no ciphertext crosses Regions, each copy is encrypted anew.
 * The alias is retained with the key, because the names that other stacks compute end at it.
 *
 * Costs 1 USD a month, and 1 more for each of the first two rotations.
 *
 * @stateful data encrypted with a deleted key is lost
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
 */
export class DataKey extends Key {
  public constructor(scope: Construct, id: string, props: DataKeyProps) {
    const { removalPolicy } = lifecycleOf(props.protection);
    super(scope, id, {
      description: `${props.aliasName}: everything at rest in this Region`,
      enableKeyRotation: true,
      // The longest wait there is: time to notice before the data is gone.
      pendingWindow: Duration.days(30),
      removalPolicy,
    });
    // An alarm publishes as the service, not as anybody of the account.
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': props.account } },
      }),
    );
    if (props.usedByBudgets === true) this.admitBudgets(props.account);
    if (props.readByCdn === true) this.admitDistributions(props.account);
    if (props.backupAccount !== undefined) this.admitCopies(props.backupAccount);
    const alias = new CfnAlias(this, 'Alias', {
      aliasName: props.aliasName,
      targetKeyId: this.keyArn,
    });
    alias.applyRemovalPolicy(removalPolicy);
  }

  /** @see https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html */
  private admitBudgets(account: string): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('budgets.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': budgetsOf(account) },
        },
      }),
    );
  }

  /**
   * A distribution reads as the service, in the name of the distribution, which another Region generates.
   * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
   */
  private admitDistributions(account: string): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudfront.amazonaws.com')],
        actions: ['kms:Decrypt'],
        resources: ['*'],
        conditions: {
          ArnLike: { 'aws:SourceArn': `arn:aws:cloudfront::${account}:distribution/*` },
        },
      }),
    );
  }

  /**
   * A copy of a cluster's backup stays encrypted with this key until the other account has read it.
   * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html
   */
  private admitCopies(account: string): void {
    const principals = [new AccountPrincipal(account)];
    this.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
        resources: ['*'],
      }),
    );
    this.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['kms:CreateGrant'],
        resources: ['*'],
        conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      }),
    );
  }
}
