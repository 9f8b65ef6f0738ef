import type { Answer, Assembly, AssemblyResource } from '../../../assembly';
import { isJsonObject } from '../../../assembly';
import { asList, asObject, asText, PlanError, TemplateReader } from './reader';
import type { PlannedSecret } from './secrets';

/** A pool of connections that stands before a Region's cluster. */
export interface PlannedProxy {
  readonly key: string;
  readonly region: string;
  /** Key of the cluster. */
  readonly cluster: string;
  /** Users of the secrets that it reads. */
  readonly users: readonly { readonly username: string; readonly password: string }[];
  /** Whether it refuses who asks for no TLS. */
  readonly requiresTls: boolean;
  /** Of an instance's connections, in percent. */
  readonly maxConnectionsPercent: number;
  readonly maxIdleConnectionsPercent: number;
  readonly borrowTimeoutSeconds: number;
  readonly idleClientSeconds: number;
}

/** Of AWS, where templates say nothing. */
const DEFAULTS = { percent: 100, borrowSeconds: 120, idleSeconds: 1_800 } as const;

/**
 * Proxies before clusters.
 *
 * @throws PlanError for one that reads a secret which the templates do not have
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-rds-dbproxytargetgroup-connectionpoolconfigurationinfoformat.html
 */
export function planProxies(
  assembly: Assembly,
  answers: Answer,
  secrets: readonly PlannedSecret[],
): readonly PlannedProxy[] {
  const reader = new TemplateReader(
    assembly,
    (symbol) => answers(symbol) ?? arnOf(assembly, symbol),
  );
  return reader.resources('AWS::RDS::DBProxyTargetGroup').flatMap((group) => {
    const proxy = proxyOf(reader, group);
    const cluster = clusterBehind(reader, group);
    if (proxy === undefined || cluster === undefined) return [];
    const pool = asObject(reader.value(group, 'ConnectionPoolConfigurationInfo'));
    const number = (name: string) => (pool[name] === undefined ? undefined : Number(pool[name]));
    const maxConnectionsPercent = number('MaxConnectionsPercent') ?? DEFAULTS.percent;
    return {
      ...{ key: proxy.key, region: proxy.stack.region, cluster: cluster.key },
      users: asList(reader.value(proxy, 'Auth')).map((it) => userOf(proxy, asObject(it), secrets)),
      requiresTls: reader.text(proxy, 'RequireTLS') === 'true',
      maxConnectionsPercent,
      maxIdleConnectionsPercent: number('MaxIdleConnectionsPercent') ?? maxConnectionsPercent / 2,
      borrowTimeoutSeconds: number('ConnectionBorrowTimeout') ?? DEFAULTS.borrowSeconds,
      idleClientSeconds: Number(reader.text(proxy, 'IdleClientTimeout') ?? DEFAULTS.idleSeconds),
    };
  });
}

/** Keys of the clusters that have one. */
export function proxiedClusters(reader: TemplateReader): ReadonlySet<string> {
  const groups = reader.resources('AWS::RDS::DBProxyTargetGroup');
  return new Set(groups.flatMap((group) => clusterBehind(reader, group)?.key ?? []));
}

/** The proxy that an endpoint or a target group belongs to, or that it is. */
export function proxyOf(
  reader: TemplateReader,
  resource: AssemblyResource,
): AssemblyResource | undefined {
  return resource.type === 'AWS::RDS::DBProxy'
    ? resource
    : reader.target(resource, resource.properties['DBProxyName'])?.resource;
}

/** The cluster that a target group names. */
export function clusterBehind(
  reader: TemplateReader,
  group: AssemblyResource,
): AssemblyResource | undefined {
  const named = JSON.stringify(group.properties['DBClusterIdentifiers']);
  return reader
    .resources('AWS::RDS::DBCluster', group.stack.region)
    .find(({ properties }) => JSON.stringify([properties['DBClusterIdentifier']]) === named);
}

const LETTERS = 'AaAaAa';

/** Of a secret: its name with six letters behind, as at AWS. */
function arnOf(
  assembly: Assembly,
  { resource: key, attribute }: { readonly resource: string; readonly attribute: string },
): string | undefined {
  const found = assembly.resource(key);
  if (found?.type !== 'AWS::SecretsManager::Secret') return undefined;
  if (attribute !== 'Ref' && attribute !== 'Id') return undefined;
  const { account, region } = found.stack;
  const name = new TemplateReader(assembly).text(found, 'Name') ?? found.logicalId;
  return `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${LETTERS}`;
}

function userOf(
  proxy: AssemblyResource,
  auth: ReturnType<typeof asObject>,
  secrets: readonly PlannedSecret[],
): PlannedProxy['users'][number] {
  const arn = asText(auth['SecretArn'] ?? '');
  const name = (arn.split(':')[6] ?? '').slice(0, -LETTERS.length - 1);
  const found = secrets.find((secret) => secret.name === name);
  const value: unknown = found === undefined ? undefined : JSON.parse(found.value);
  const { username, password } = isJsonObject(value) ? asObject(value) : {};
  if (typeof username !== 'string' || typeof password !== 'string') {
    const problem = `Auth names ${arn}, which is no secret of the templates with a user and a password`;
    throw new PlanError(proxy.key, problem);
  }
  return { username, password };
}
