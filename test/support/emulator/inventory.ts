import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { AwsV4Signer } from 'aws4fetch';
import type { Synthesized } from '../assembly';
import type { Account } from './client';
import { ACCOUNT } from './emulator';
import type { Emulator } from './emulator';

/** An {@link inventory} of nothing. */
export const NOTHING = Object.fromEntries(
  ['buckets', 'tables', 'secrets', 'parameters', 'logs', 'networks', 'aliases'].map(
    (kind) => [kind, []] as const,
  ),
);

const KEYS = { accessKeyId: ACCOUNT, secretAccessKey: 'emulated' };

/** Physical ids of all that holds data (`STACK/LOGICAL ID` to id): whatever the stage retains. */
export async function statefulIds(
  account: Account,
  production: Synthesized,
): Promise<Readonly<Record<string, string>>> {
  const ids: [string, string][] = [];
  for (const { name, region, template } of production.stacks.values()) {
    const kept = Object.entries(template.Resources).filter(
      ([, { DeletionPolicy }]) => DeletionPolicy === 'Retain',
    );
    if (kept.length === 0) continue;
    const standing = await account.resources(region, name);
    for (const [id] of kept) {
      const found = standing.find(({ LogicalResourceId }) => LogicalResourceId === id);
      ids.push([`${name}/${id}`, found?.PhysicalResourceId ?? 'gone']);
    }
  }
  return Object.fromEntries(ids);
}

/** What a Region holds beside the CDK's own bootstrap: names by kind, of every service that lists. */
export async function inventory(
  emulator: Emulator,
  region: string,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const list = async (service: string, target: string, key: string, name: string, body = {}) => {
    const answer = await call(emulator, { region, service, target, body });
    const rows = (answer[key] ?? []) as (string | Readonly<Record<string, string>>)[];
    return rows.map((row) => (typeof row === 'string' ? row : (row[name] ?? '?'))).sort();
  };
  const options = { region, endpoint: emulator.url, credentials: KEYS };
  const { Vpcs = [] } = await new EC2Client(options).send(new DescribeVpcsCommand({}));
  const { Buckets = [] } = await new S3Client({ ...options, forcePathStyle: true }).send(
    new ListBucketsCommand({}),
  );
  return {
    buckets: Buckets.map(({ Name = '' }) => Name)
      .filter((name) => !name.startsWith('cdk-') && name.includes(region))
      .sort(),
    tables: await list('dynamodb', 'DynamoDB_20120810.ListTables', 'TableNames', ''),
    secrets: await list('secretsmanager', 'secretsmanager.ListSecrets', 'SecretList', 'Name'),
    parameters: (
      await list('ssm', 'AmazonSSM.DescribeParameters', 'Parameters', 'Name', { MaxResults: 50 })
    ).filter((name) => !name.startsWith('/cdk-bootstrap/')),
    logs: await list('logs', 'Logs_20140328.DescribeLogGroups', 'logGroups', 'logGroupName'),
    networks: Vpcs.filter(({ IsDefault }) => IsDefault !== true).map(({ VpcId = '' }) => VpcId),
    aliases: (await list('kms', 'TrentService.ListAliases', 'Aliases', 'AliasName')).filter(
      (name) => !name.startsWith('alias/aws/'),
    ),
  };
}

interface Call {
  readonly region: string;
  readonly service: string;
  readonly target: string;
  readonly body: object;
}

async function call(
  emulator: Emulator,
  { region, service, target, body }: Call,
): Promise<Readonly<Record<string, unknown>>> {
  const signer = new AwsV4Signer({
    ...KEYS,
    ...{ service, region, url: emulator.url, method: 'POST', body: JSON.stringify(body) },
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
  });
  const { method, headers, body: signed, url } = await signer.sign();
  const response = await fetch(url, { method, headers, body: signed ?? null });
  const text = await response.text();
  if (!response.ok) throw new Error(`${target} in ${region}: ${response.status} ${text}`);
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}
