import {
  DeleteBucketReplicationCommand,
  PutBucketReplicationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { customResource } from '../private/custom-resource';
import { replicationWork } from './replication';

const s3 = new S3Client({});

/** Lambda handler of `Custom::MeridianReplication`; the SDK is the runtime's own. */
export const handler = customResource(
  replicationWork({
    put: async (Bucket, Role, rules) => {
      const ReplicationConfiguration = { Role, Rules: [...rules] };
      await s3.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }));
    },
    delete: async (Bucket) => {
      try {
        await s3.send(new DeleteBucketReplicationCommand({ Bucket }));
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'NoSuchBucket') throw error;
      }
    },
  }),
);
