import type { Work } from '../private/custom-resource';

/** `ResourceProperties` of `Custom::MeridianReplication`. */
export interface ReplicationProperties {
  readonly Bucket: string;
  /** ARN of the role by which S3 copies. */
  readonly Role: string;
  /** Names of buckets in other Regions. */
  readonly Destinations: readonly string[];
  /** ARNs of the keys that copies are encrypted with, by their destinations' order. @default S3's own */
  readonly Keys?: readonly string[];
}

/** One rule as S3 takes it. */
export interface ReplicationRule {
  readonly ID: string;
  readonly Priority: number;
  readonly Status: 'Enabled';
  readonly Filter: { readonly Prefix: string };
  readonly DeleteMarkerReplication: { readonly Status: 'Enabled' };
  /** Without it S3 passes over what KMS encrypts. */
  readonly SourceSelectionCriteria?: {
    readonly SseKmsEncryptedObjects: { readonly Status: 'Enabled' };
  };
  readonly Destination: {
    readonly Bucket: string;
    readonly EncryptionConfiguration?: { readonly ReplicaKmsKeyID: string };
    readonly ReplicationTime: { readonly Status: 'Enabled'; readonly Time: Minutes };
    readonly Metrics: { readonly Status: 'Enabled'; readonly EventThreshold: Minutes };
  };
}

interface Minutes {
  /** The only number that S3 takes. */
  readonly Minutes: 15;
}

/** The two calls that it needs. */
export interface Replications {
  put(bucket: string, role: string, rules: readonly ReplicationRule[]): Promise<void>;
  /** Taking it from a bucket that has none, or is gone, is no error. */
  delete(bucket: string): Promise<void>;
}

/** Keeps where a bucket copies its objects as it is declared. */
export function replicationWork(replications: Replications): Work<ReplicationProperties> {
  return async ({ RequestType, PhysicalResourceId, ResourceProperties }) => {
    const { Bucket, Role, Destinations, Keys = [] } = ResourceProperties;
    const id = `${Bucket}/replication`;
    if (RequestType === 'Delete') {
      // After a failed Create the id is another one, and what stands there is not ours.
      if (PhysicalResourceId === id) await replications.delete(Bucket);
      return PhysicalResourceId ?? id;
    }
    const rules = Destinations.map((it, index) => ruleOf(it, index, Keys[index]));
    await replications.put(Bucket, Role, rules);
    return id;
  };
}

function ruleOf(destination: string, index: number, key: string | undefined): ReplicationRule {
  const Status = 'Enabled';
  return {
    ...{ ID: destination, Priority: index + 1, Status, Filter: { Prefix: '' } },
    DeleteMarkerReplication: { Status },
    ...(key !== undefined && { SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status } } }),
    Destination: {
      Bucket: `arn:aws:s3:::${destination}`,
      ...(key !== undefined && { EncryptionConfiguration: { ReplicaKmsKeyID: key } }),
      ReplicationTime: { Status, Time: { Minutes: 15 } },
      Metrics: { Status, EventThreshold: { Minutes: 15 } },
    },
  };
}
