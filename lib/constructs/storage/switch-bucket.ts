import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Protection } from '../../config';
import { versionedBucket } from './private/versioned-bucket';

export interface SwitchBucketProps {
  /** Computed name, unique among all accounts. */
  readonly bucketName: string;
  /** Whether it survives its stack. */
  readonly protection: Protection;
}

/**
 * Traffic switches of *other* Regions: an object `drained/REGION` takes that Region out of DNS. The
 * Route 53 checkers read it without credentials, so `drained/*` is public, and nothing else is ever
 * put here. No object answers 403, which the inverted health check counts as "in traffic"; so does a
 * bucket whose whole Region is down: losing the switch never takes a Region out.
 *
 * An account whose own setting blocks public policies everywhere refuses this bucket's policy.
 *
 * @stateful versioned, so that who drained what and when can be told for 90 days
 */
export class SwitchBucket extends Bucket {
  public constructor(scope: Construct, id: string, props: SwitchBucketProps) {
    super(scope, id, {
      ...versionedBucket(props.bucketName, props.protection),
      // Access lists stay blocked; the one policy below is what makes `drained/*` readable.
      blockPublicAccess: BlockPublicAccess.BLOCK_ACLS_ONLY,
    });
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['s3:GetObject'],
        resources: [this.arnForObjects('drained/*')],
      }),
    );
  }
}
