import type { AssemblyResource } from '../../assembly';
import type { Rule } from '../model';
import { within } from '../private/view';
import type { View } from '../private/view';

const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide';
const RULES = 'ReplicationConfiguration.Rules';

/**
 * The resource of ours that says later where a bucket copies to, when all buckets are there
 * (docs/adr/0041). Deletions and the time limit are its function's own, and tested there.
 */
const LATER = 'Custom::MeridianReplication';

const isBucket = ({ type }: AssemblyResource): boolean => type === 'AWS::S3::Bucket';

/** What says that a bucket is copied, be it the bucket itself or another resource, and to where. */
function destinationsOf(view: View, bucket: AssemblyResource): readonly AssemblyResource[] {
  const later = view
    .into(bucket, LATER)
    .filter((it) => view.out(it, 'Bucket').includes(bucket))
    .flatMap((it) => view.out(it, 'Destinations'));
  return [...view.out(bucket, RULES), ...later].filter(isBucket);
}

export const bucketReplication: Rule = {
  id: 'bucket-replication-one-way',
  severity: 'error',
  title:
    'Buckets that replicate do so both ways, with delete markers, in bounded time and versioned',
  reason: 'After a failover the other bucket takes the writes: what it takes must come back.',
  source: `${S3}/replication-metrics.html`,
  remedy:
    'Give the destination a rule back to the source; set DeleteMarkerReplication, ReplicationTime and versioning on both.',
  covers: ['R25'],
  *check(view) {
    for (const bucket of view.all('AWS::S3::Bucket')) {
      const rules = view.list(bucket, RULES).filter((rule) => within(rule, 'Status') === 'Enabled');
      for (const rule of rules) {
        if (within(rule, 'DeleteMarkerReplication.Status') !== 'Enabled') {
          yield { at: bucket, message: 'does not replicate deletions' };
        }
        if (within(rule, 'Destination.ReplicationTime.Status') !== 'Enabled') {
          yield { at: bucket, message: 'replicates without a time limit', severity: 'warning' };
        }
      }
      const targets = destinationsOf(view, bucket);
      const versioned = view.text(bucket, 'VersioningConfiguration.Status') === 'Enabled';
      if (rules.length + targets.length > 0 && !versioned) {
        yield { at: bucket, message: 'replicates and has no versions' };
      }
      for (const target of targets) {
        if (target.stack.region === bucket.stack.region)
          yield { at: bucket, message: `replicates within ${target.stack.region}` };
        if (!destinationsOf(view, target).includes(bucket)) {
          yield { at: target, message: `receives from ${bucket.key} and sends nothing back` };
        }
      }
    }
    for (const later of view.all(LATER)) {
      if (view.out(later, 'Bucket').filter(isBucket).length === 0) {
        yield { at: later, message: 'copies a bucket that no stack makes' };
      }
      const made = view.out(later, 'Destinations').filter(isBucket).length;
      if (made < view.list(later, 'Destinations').length) {
        yield { at: later, message: 'copies to a bucket that no stack makes' };
      }
    }
  },
};
