import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption, HttpMethods } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { MEDIA_PREFIX } from '../../config';
import type { Protection } from '../../config';
import { admitDistributions, versionedBucket } from './private/versioned-bucket';

export interface UploadBucketProps {
  /** Computed name, unique among all accounts. */
  readonly bucketName: string;
  /** Account whose distributions may read. */
  readonly account: string;
  /** Origins whose pages may send signed forms. */
  readonly origins: readonly string[];
  /** The Region's data key, which distributions of the account may decrypt with. @default S3's own key */
  readonly encryptionKey?: IKey;
  /** Whether it survives its stack. */
  readonly protection: Protection;
}

/**
 * What users upload through a Region, and copies of what they upload through the others. Browsers put
 * objects by forms that the service signs; distributions of this account read them by origin access
 * control, and nobody else does. Encrypted with S3's own key, as everybody may see what is in it, unless
 * a key is given; a bucket key then saves most requests to KMS.
 *
 * @stateful versioned, which replication demands; versions that were replaced are kept for 90 days
 */
export class UploadBucket extends Bucket {
  public constructor(scope: Construct, id: string, props: UploadBucketProps) {
    const { encryptionKey } = props;
    super(scope, id, {
      ...versionedBucket(props.bucketName, props.protection),
      ...(encryptionKey !== undefined && {
        ...{ encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true },
      }),
      cors: [
        {
          allowedMethods: [HttpMethods.POST],
          allowedOrigins: [...props.origins],
          allowedHeaders: ['*'],
          exposedHeaders: ['ETag'],
          maxAge: 7200,
        },
      ],
    });
    admitDistributions(this, props.account, `${MEDIA_PREFIX}*`);
  }
}
