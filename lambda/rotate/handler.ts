import { randomInt } from 'node:crypto';
import type { RotationSettings } from '../environment';
import { alternateUser } from '../migrate/role-name';
import { AwsApi } from '../platform/aws';
import type { Log } from '../platform/log';
import { parseDatabaseCredentials } from '../platform/secrets';
import { parseSigningKeys, rotateKeyRing } from '../platform/signing-keys';
import { TopologyTable } from '../platform/topology-store';
import type { RoleReply, RoleRequest, TopologyDocument } from '../topology';
import { invoke } from './invoke';
import { keepLeftUser } from './left-user';
import { SecretVersions } from './secret-versions';

/** What Secrets Manager sends, four times for each rotation. */
export interface RotationEvent {
  readonly Step: string;
  /** ARN of the secret. */
  readonly SecretId: string;
  readonly ClientRequestToken: string;
}

export type RotationHandler = (event: RotationEvent) => Promise<void>;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 40;

/**
 * Rotates the signing secret, a ring of keys, and the domains' roles, whose two users take turns. Each step
 * may be repeated, and until the last one nothing that is in use has changed.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
export function createRotationHandler(settings: RotationSettings, log: Log): RotationHandler {
  const api = new AwsApi(settings.aws, 10_000);
  return async ({ Step, SecretId, ClientRequestToken }) => {
    const secret = nameOf(SecretId);
    const versions = new SecretVersions(api, settings.region, SecretId, ClientRequestToken);
    if (await versions.isCurrent()) return;
    const signing = secret === settings.signingSecret;
    const rotation = { settings, api, secret, version: ClientRequestToken };
    switch (Step) {
      case 'createSecret':
        if ((await versions.pending()) === undefined)
          await versions.propose(renew(secret, await versions.current(), signing));
        break;
      case 'setSecret':
        if (!signing) await atEveryHome(rotation, 'admit');
        break;
      case 'testSecret':
        if (signing) parseSigningKeys((await versions.pending()) ?? '{}');
        else await atEveryHome(rotation, 'prove');
        break;
      case 'finishSecret':
        await keepLeft(rotation, versions);
        await versions.makeCurrent();
        break;
      default:
        throw new Error(`\`Step\` must be one of the four of a rotation, got: ${Step}`);
    }
    log('info', 'rotation step done', { step: Step, secret });
  };
}

/** A proxy has to know both users, or it refuses servers that have not heard of the new one yet. */
async function keepLeft(rotation: Rotation, versions: SecretVersions): Promise<void> {
  const { settings, api, secret, version } = rotation;
  const name = settings.leftUsers.get(secret);
  if (name === undefined) return;
  const credentials = await versions.current();
  await keepLeftUser(api, settings.region, { name, version, credentials });
}

function renew(secret: string, current: string, signing: boolean): string {
  const fresh = randomText();
  if (signing) return rotateKeyRing(current, fresh);
  const { username } = parseDatabaseCredentials(secret, current);
  return JSON.stringify({ username: alternateUser(username), password: fresh });
}

/** Letters and digits only: the value goes into connection strings. */
function randomText(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

interface Rotation {
  readonly settings: RotationSettings;
  readonly api: AwsApi;
  readonly secret: string;
  readonly version: string;
}

/** Asks each Region that writes the domain now, and accepts nothing short of every shard. */
async function atEveryHome(rotation: Rotation, step: RoleRequest['role']['step']): Promise<void> {
  const { settings, api, secret, version } = rotation;
  const table = new TopologyTable(api, settings.topologyTable, settings.topologyRegions);
  const wanted = homesOf(await table.read(), secret);
  const request: RoleRequest = { role: { step, secret, region: settings.region, version } };
  const replies = await Promise.all(
    [...new Set(wanted.values())].map(async (region) => {
      const call = { region, name: settings.migrationFunction, payload: request };
      return (await invoke(settings.aws, call)) as RoleReply;
    }),
  );
  const done = new Set(replies.flatMap((reply) => reply.done));
  const missing = [...wanted.keys()].filter((name) => !done.has(name));
  if (missing.length > 0)
    throw new Error(`no Region has done ${step} for ${missing.join(', ')}: has a home moved?`);
}

/** Home Region of each database (`shard.domain`) that the secret opens. */
function homesOf(
  document: TopologyDocument | undefined,
  secret: string,
): ReadonlyMap<string, string> {
  const shards = Object.entries(document?.shards ?? {});
  const homes = shards.flatMap(([shard, { home, domains }]) =>
    Object.entries(domains)
      .filter(([, location]) => location.secret === secret)
      .map(([domain]) => [`${shard}.${domain}`, home] as const),
  );
  if (homes.length === 0) throw new Error(`no database of the topology document uses ${secret}`);
  return new Map(homes);
}

/** An ARN ends with the secret's name, a hyphen and six generated characters. */
function nameOf(arn: string): string {
  return arn.replace(/^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:(.*)-[A-Za-z0-9]{6}$/, '$1');
}
