import {
  DeleteObjectCommand,
  GetBucketReplicationCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketReplicationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { resolveDeployment } from '../../lib/config';
import strong from '../../lib/config/declarations/strong';
import { Account } from '../support/emulator/client';
import { bootstrapArguments, cdkOk, deployArguments } from '../support/emulator/cdk';
import { Emulator } from '../support/emulator/emulator';
import { strongData, strongDeployed } from '../support/emulator/strong';
import { synthesizedFrom } from '../support/assembly';
import type { Synthesized } from '../support/assembly';

const [HOME, OTHER, WITNESS] = ['us-east-1', 'us-east-2', 'us-west-2'] as const;
const SERVING = [HOME, OTHER];
const BOTH_WAYS = [
  [HOME, OTHER],
  [OTHER, HOME],
] as const;

jest.setTimeout(300_000);

/** The data of the reference `strong`, from nothing, by one command. */
let emulator: Emulator;
let account: Account;
let reference: Synthesized;

beforeAll(async () => {
  [emulator, reference] = await Promise.all([
    Emulator.start(),
    synthesizedFrom(resolveDeployment(strong)),
  ]);
  account = new Account(emulator);
  await cdkOk(emulator, bootstrapArguments(reference.directory, [...SERVING, WITNESS]));
  await cdkOk(emulator, deployArguments(reference.directory, ...strongData(reference)));
});

afterAll(async () => {
  await (emulator as Emulator | undefined)?.stop();
});

const uploads = (region: string): string => `meridian-123456789012-${region}-uploads`;

async function physicalId(id: string, type: string): Promise<string> {
  const { region, name } = reference.stacks.get(id)!;
  const found = (await account.resources(region, name)).find((it) => it.ResourceType === type);
  return found?.PhysicalResourceId ?? 'gone';
}

async function configuration(region: string) {
  const command = new GetBucketReplicationCommand({ Bucket: uploads(region) });
  return (await account.buckets(region).send(command)).ReplicationConfiguration;
}

async function put(region: string, Key: string): Promise<void> {
  const command = new PutObjectCommand({ Bucket: uploads(region), Key, Body: `put in ${region}` });
  await account.buckets(region).send(command);
}

async function read(region: string, Key: string): Promise<readonly (string | undefined)[]> {
  const command = new GetObjectCommand({ Bucket: uploads(region), Key });
  const { Body, ReplicationStatus } = await account.buckets(region).send(command);
  return [await Body?.transformToString(), ReplicationStatus];
}

test('one command deploys what holds data, with what it stands on', async () => {
  for (const id of strongDeployed(reference)) {
    const { region, name } = reference.stacks.get(id)!;
    expect([id, await account.status(region, name)]).toEqual([id, 'CREATE_COMPLETE']);
  }
});

test('reports of plans have a bucket, with versions, in which one below the name of a plan is found again', async () => {
  expect(strongDeployed(reference)).toContain('RecoveryReports');
  const at = {
    Bucket: `meridian-123456789012-${OTHER}-reports`,
    Key: 'meridian-use1-use2/one.pdf',
  };
  const client = account.buckets(OTHER);
  await client.send(new PutObjectCommand({ ...at, Body: 'what was done' }));
  const { Body, VersionId = '' } = await client.send(new GetObjectCommand(at));
  expect([await Body?.transformToString(), VersionId.length > 4]).toEqual(['what was done', true]);
});

test('the cluster of each Region was made first, and then told of its peer and of the witness', async () => {
  const type = 'AWS::DSQL::Cluster';
  const ids = await Promise.all(SERVING.map((it) => physicalId(`Store-ledger-${it}`, type)));
  const arn = (at: number) => `arn:aws:dsql:${SERVING[at]}:123456789012:cluster/${ids[at]}`;
  for (const [at, peer] of [
    [0, 1],
    [1, 0],
  ] as const) {
    expect(await account.dsqlCluster(SERVING[at]!, ids[at]!)).toMatchObject({
      arn: arn(at),
      multiRegionProperties: { witnessRegion: WITNESS, clusters: [arn(peer)] },
    });
  }
});

test('the cluster that AWS gave an id is what the function of the proofs asks for', async () => {
  const id = await physicalId(`Store-ledger-${HOME}`, 'AWS::DSQL::Cluster');
  const { region, name } = reference.stacks.get(`Backups-${HOME}`)!;
  const resources = await account.resources(region, name);
  const code = resources.find((it) => it.ResourceType === 'AWS::Lambda::Function');
  const watched = await account.variable(region, code?.PhysicalResourceId ?? '', 'WATCHED');
  expect(JSON.parse(watched ?? '[]')).toContainEqual({
    subject: 'ledger-dsql',
    arn: `arn:aws:dsql:${HOME}:123456789012:cluster/${id}`,
    proofs: ['backup', 'copy'],
  });
});

test.each(BOTH_WAYS)(
  'uploads of %s are copied to %s: deletions too, encrypted with its own key',
  async (from, to) => {
    const Status = 'Enabled';
    expect(await configuration(from)).toEqual({
      Role: expect.stringMatching(/:role\/meridian-upload-replication/) as unknown,
      Rules: [
        {
          ...{ ID: uploads(to), Priority: 1, Status, Filter: { Prefix: '' } },
          DeleteMarkerReplication: { Status },
          SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status } },
          Destination: {
            Bucket: `arn:aws:s3:::${uploads(to)}`,
            EncryptionConfiguration: {
              ReplicaKmsKeyID: `arn:aws:kms:${to}:123456789012:alias/meridian-data`,
            },
            ReplicationTime: { Status, Time: { Minutes: 15 } },
            Metrics: { Status, EventThreshold: { Minutes: 15 } },
          },
        },
      ],
    });
  },
);

test.each(BOTH_WAYS)(
  'what is put in %s is read in %s, and so is its deletion',
  async (from, to) => {
    const key = `media/${from}/picture`;
    await put(from, key);
    expect(await read(to, key)).toEqual([`put in ${from}`, 'REPLICA']);
    await account.buckets(from).send(new DeleteObjectCommand({ Bucket: uploads(from), Key: key }));
    await expect(read(to, key)).rejects.toThrow('does not exist');
    const { DeleteMarkers, Versions } = await account
      .buckets(to)
      .send(new ListObjectVersionsCommand({ Bucket: uploads(to), Prefix: key }));
    expect([DeleteMarkers?.length, Versions?.length]).toEqual([1, 1]);
  },
);

test('copies cannot be declared before every bucket is there, which is why they come later', async () => {
  const { Role, Rules } = (await configuration(HOME))!;
  const [rule] = Rules!;
  const Destination = { ...rule!.Destination, Bucket: 'arn:aws:s3:::not-there-yet' };
  const ReplicationConfiguration = { Role, Rules: [{ ...rule!, Destination }] };
  const early = new PutBucketReplicationCommand({
    Bucket: uploads(HOME),
    ReplicationConfiguration,
  });
  await expect(account.buckets(HOME).send(early)).rejects.toThrow('Destination bucket must exist');
  const completed = async (id: string, type: string, status: string): Promise<number> => {
    const { region, name } = reference.stacks.get(id)!;
    const events = await account.events(region, name);
    const times = events
      .filter((it) => it.ResourceType === type && it.ResourceStatus === status)
      .map(({ Timestamp }) => Timestamp!.getTime());
    return Math.max(...times);
  };
  const buckets = await Promise.all(
    SERVING.map((it) => completed(`Foundation-${it}`, 'AWS::S3::Bucket', 'CREATE_COMPLETE')),
  );
  for (const region of SERVING) {
    const id = `UploadReplication-${region}`;
    const told = await completed(id, 'Custom::MeridianReplication', 'CREATE_COMPLETE');
    expect(told).toBeGreaterThanOrEqual(Math.max(...buckets));
  }
});
