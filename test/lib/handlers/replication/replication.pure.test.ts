import type { CustomResourceEvent } from '../../../../lib/handlers/private/custom-resource';
import { replicationWork } from '../../../../lib/handlers/replication/replication';
import type {
  ReplicationProperties,
  ReplicationRule,
} from '../../../../lib/handlers/replication/replication';

const properties: ReplicationProperties = {
  ...{ Bucket: 'eu-uploads', Role: 'arn:aws:iam::123456789012:role/copies' },
  Destinations: ['us-uploads', 'ap-uploads'],
};

function run(event: Partial<CustomResourceEvent<ReplicationProperties>>) {
  const calls: unknown[] = [];
  const work = replicationWork({
    put: async (bucket, role, rules: readonly ReplicationRule[]) => {
      calls.push({ bucket, role, rules });
      return Promise.resolve();
    },
    delete: async (bucket) => {
      calls.push({ bucket });
      return Promise.resolve();
    },
  });
  const common = { ResponseURL: '', StackId: '', RequestId: 'request', LogicalResourceId: '' };
  return work({
    ...common,
    ...{ RequestType: 'Create', ResourceProperties: properties, ...event },
  }).then((id) => ({ id, calls }));
}

test('copies to every destination, deletions too, in bounded time', async () => {
  const { id, calls } = await run({});
  const Status = 'Enabled';
  const rule = (name: string, Priority: number) => ({
    ...{ ID: name, Priority, Status, Filter: { Prefix: '' } },
    DeleteMarkerReplication: { Status },
    Destination: {
      Bucket: `arn:aws:s3:::${name}`,
      ReplicationTime: { Status, Time: { Minutes: 15 } },
      Metrics: { Status, EventThreshold: { Minutes: 15 } },
    },
  });
  expect(id).toBe('eu-uploads/replication');
  expect(calls).toEqual([
    {
      ...{ bucket: 'eu-uploads', role: properties.Role },
      rules: [rule('us-uploads', 1), rule('ap-uploads', 2)],
    },
  ]);
});

test('where objects have keys, copies of them are made, each with the key of its own Region', async () => {
  const Keys = ['us-east-2', 'ap-northeast-1'].map(
    (it) => `arn:aws:kms:${it}:123456789012:alias/data`,
  );
  const { calls } = await run({ ResourceProperties: { ...properties, Keys } });
  const [{ rules }] = calls as [{ rules: readonly ReplicationRule[] }];
  expect(rules).toHaveLength(2);
  for (const [index, rule] of rules.entries())
    expect(rule).toMatchObject({
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
      Destination: { EncryptionConfiguration: { ReplicaKmsKeyID: Keys[index] } },
    });
});

test('takes back what it said, and nothing after a Create that failed', async () => {
  const RequestType = 'Delete';
  const ours = await run({ RequestType, PhysicalResourceId: 'eu-uploads/replication' });
  expect(ours.calls).toEqual([{ bucket: 'eu-uploads' }]);
  const failed = await run({ RequestType, PhysicalResourceId: 'request' });
  expect(failed).toEqual({ id: 'request', calls: [] });
});
