import { Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { EXPERIMENT_TAG, vaultAccount } from '../config';
import { DataKey } from '../constructs/security';
import { LogBucket, SiteBucket, SwitchBucket, UploadBucket } from '../constructs/storage';
import { MeridianStack } from './private/meridian-stack';
import type { RegionalStackProps } from './private/regional';

/** What all else in a Region is encrypted with, served from or logged to: its data key and buckets. */
export class Foundation extends MeridianStack {
  /** ARN of the data key, for services of this Region that take no alias. */
  public readonly keyArn: string;

  public constructor(scope: Construct, id: string, props: RegionalStackProps) {
    const { deployment, region } = props;
    super(scope, id, {
      deployment,
      kind: 'foundation',
      region: region.name,
      regional: true,
      stateful: true,
      description: `${deployment.name}: data key and buckets of ${region.name}`,
    });
    const { account, protection, observability } = deployment;
    const aliasName = this.names.keyAlias();
    const vault = deployment.backup?.accountVault;
    const { uploads } = deployment;
    const encrypted = uploads?.encryption === 'kms';
    const key = new DataKey(this, 'DataKey', {
      ...{ aliasName, account, protection, readByCdn: encrypted },
      // In each Region, though budgets are told from us-east-1: Regions are equal.
      usedByBudgets: observability.budget !== undefined,
      ...(vault !== undefined && { backupAccount: vaultAccount(vault) }),
    });
    this.keyArn = key.keyArn;
    new SiteBucket(this, 'Site', {
      bucketName: this.names.bucket('site', region.name),
      account,
      protection,
    });
    new SwitchBucket(this, 'Switch', {
      bucketName: this.names.bucket('switch', region.name),
      protection,
    });
    new LogBucket(this, 'Logs', {
      bucketName: this.names.bucket('logs', region.name),
      account,
      region: region.name,
      protection,
      networkBalancer: deployment.services.some(
        ({ loadBalancing }) => loadBalancing.kind !== 'application',
      ),
      // In each Region: whichever is the first to be declared has the CDN's.
      edge: deployment.services.length > 0,
    });
    if (uploads === undefined) return;
    const bucket = new UploadBucket(this, 'Uploads', {
      bucketName: this.names.bucket('uploads', region.name),
      ...{ account, protection, origins: uploads.origins },
      ...(encrypted && { encryptionKey: key }),
    });
    // Experiments find buckets by nothing else.
    if (deployment.experiments !== undefined) Tags.of(bucket).add(EXPERIMENT_TAG, deployment.name);
  }
}
