import { migrationEnvironment, workloadEnvironment } from '../../../../lib/constructs/compute';
import { deploymentWith } from '../../../support/deployment';

const deployment = deploymentWith();

test('a Region is told its own name, names of tables and secrets, and the peers', () => {
  expect(workloadEnvironment(deployment, 'eu-central-1')).toEqual({
    UPLOAD_BUCKET: 'meridian-123456789012-eu-central-1-uploads',
    EVENT_QUEUE: 'https://sqs.{region}.amazonaws.com/123456789012/meridian-events.fifo',
    MERIDIAN_REGION: 'eu-central-1',
    TOPOLOGY_TABLE: 'meridian-topology',
    TOPOLOGY_REGIONS: 'us-east-1,us-east-2,us-west-2',
    SESSION_TABLE: 'meridian-sessions',
    DIRECTORY_TABLE: 'meridian-directory',
    NOTIFICATION_TABLE: 'meridian-notifications',
    DRAFT_TABLE: 'meridian-drafts',
    SIGNING_SECRET: 'meridian/signing',
    ORIGIN_SECRET: 'meridian/origin',
    PEER_URLS:
      'eu-central-1=https://eu-central-1.origin.example.com,' +
      'us-east-2=https://us-east-2.origin.example.com,' +
      'ap-northeast-1=https://ap-northeast-1.origin.example.com',
    DATABASE_TLS: 'verify-full',
  });
});

test.each([
  ['eu-central-1', 'us-east-1,us-east-2,us-west-2'],
  ['us-east-2', 'us-east-2,us-east-1,us-west-2'],
  ['ap-northeast-1', 'us-west-2,us-east-2,us-east-1'],
])('the control Regions stand nearest first, seen from %s', (region, nearestFirst) => {
  expect(workloadEnvironment(deployment, region).TOPOLOGY_REGIONS).toBe(nearestFirst);
  expect(migrationEnvironment(deployment, region).TOPOLOGY_REGIONS).toBe(nearestFirst);
});

test('the migration function is told no more than it needs', () => {
  expect(Object.keys(migrationEnvironment(deployment, 'us-east-2')).sort()).toEqual([
    'DATABASE_TLS',
    'MERIDIAN_REGION',
    'TOPOLOGY_REGIONS',
    'TOPOLOGY_TABLE',
  ]);
});
