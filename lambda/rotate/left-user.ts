import { setTimeout as sleep } from 'node:timers/promises';
import type { AwsApi } from '../platform/aws';

/** Copies of a secret in other Regions are there within seconds; the function may run for five minutes. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 1_000;

interface Copy {
  readonly Region?: string;
  readonly Status?: string;
  readonly StatusMessage?: string;
}

/**
 * Keeps the user that a rotation leaves where the proxies of a database find it: a proxy knows one user for each
 * of its secrets, and servers use the one that they know for minutes longer. Resolves once every Region
 * has it, so that the user which takes its turn next is not made current before.
 *
 * @param name of the secret that proxies read beside the one with the current user
 * @param version the same for each try of one rotation
 * @throws Error where a Region does not get it; nothing that is in use has changed then
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-secrets-arns.html
 */
export async function keepLeftUser(
  api: Pick<AwsApi, 'call'>,
  region: string,
  { name, version, credentials }: Readonly<Record<'name' | 'version' | 'credentials', string>>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const call = (operation: string, body: object): Promise<Readonly<Record<string, unknown>>> =>
    api.call({
      ...{ service: 'secretsmanager', region, target: `secretsmanager.${operation}` },
      body: { SecretId: name, ...body },
    });
  await call('PutSecretValue', { ClientRequestToken: version, SecretString: credentials });
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const { ReplicationStatus } = await call('DescribeSecret', {});
    const copies = (ReplicationStatus ?? []) as readonly Copy[];
    const late = copies.filter(({ Status }) => Status !== 'InSync');
    if (late.length === 0) return;
    const failed = late.find(({ Status }) => Status === 'Failed');
    if (failed !== undefined || Date.now() > deadline) {
      const { Region, Status, StatusMessage } = failed ?? late[0] ?? {};
      throw new Error(`${name} in ${Region ?? '?'} is ${StatusMessage ?? Status ?? 'unknown'}`);
    }
    await sleep(LOOK_MS);
  }
}
