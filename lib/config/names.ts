import type { Cache, NodesCache } from './cache-declaration';
import { datastoreRole, isClustered } from './cache-declaration';
import type { Deployment } from './deployment';
import type { RegionName } from './declaration';

/** What a queue's name is computed from. */
interface QueueName {
  readonly name: string;
  readonly fifo: boolean;
}

type Named = Pick<Deployment, 'name' | 'account' | 'domainName'>;

/** Kinds of stack; regional ones carry their Region's name behind the kind. */
export type StackKind =
  | 'zone'
  | 'routing'
  | 'foundation'
  | 'upload-replication'
  | 'edge-foundation'
  | 'credentials'
  | 'rotation'
  | 'network'
  | 'volume'
  | 'server'
  | 'data'
  | 'vault'
  | 'backups'
  | 'global-data'
  | 'readers'
  | 'proxy-secrets'
  | 'proxies'
  | 'store'
  | 'peering'
  | 'control'
  | 'migration'
  | 'cache'
  | 'cache-global'
  | 'queues'
  | 'work'
  | 'service'
  | 'alarms'
  | 'health-alarms'
  | 'recovery'
  | 'recovery-reports'
  | 'experiments'
  | 'canaries'
  | 'spending'
  | 'edge';

/** What of the code of a Region uses its databases, each in a stack of its own. */
export type CodePart = 'service' | 'work';

export type BucketPurpose = 'site' | 'switch' | 'logs' | 'uploads' | 'reports';
/** What keys of uploads begin with, and so the CDN's path to them. */
export const MEDIA_PREFIX = 'media/';
/** `server-topology` is that of the one server: its document goes when the server goes. */
export type TableKind =
  'sessions' | 'directory' | 'notifications' | 'drafts' | 'topology' | 'server-topology';

/**
 * Every name that we choose. A name computed here can be used in any Region without a reference to
 * the stack that owns the resource, so no Region's templates depend on another Region being up.
 */
export class Names {
  public constructor(private readonly of: Named) {}

  public stack(kind: StackKind, region?: RegionName): string {
    return [this.of.name, kind, ...(region === undefined ? [] : [region])].join('-');
  }

  /**
   * Stack of a Region's members of the clusters that were born in one Region. Those of the
   * deployment's own birth Region are `data` alone; each other cohort has a stack of its own, because
   * a stack that bears clusters and copies some of another that does the same would wait for itself.
   */
  public dataStack(region: RegionName, cohort?: RegionName): string {
    const stack = this.stack('data', region);
    return cohort === undefined ? stack : `${stack}-from-${cohort}`;
  }

  /** Stack of a store of another engine than `aurora`. */
  public storeStack(store: string, region?: RegionName): string {
    const stack = this.stack('store', region);
    return `${stack}-of-${store}`;
  }

  /** Stack that makes the clusters of a store peers of one another. */
  public peeringStack(store: string, region: RegionName): string {
    return `${this.stack('peering', region)}-of-${store}`;
  }

  /** Name of a store of an engine whose own ids AWS generates. */
  public storeName(store: string): string {
    return `${this.of.name}-${store}`;
  }

  /** Cluster in one Region of a store of another engine than `aurora`. */
  public storeCluster(store: string, region: RegionName): string {
    return `${this.storeName(store)}-${region}`;
  }

  /** Shard group of an `aurora-limitless` store's cluster. */
  public storeShardGroup(store: string, region: RegionName): string {
    return `${this.storeCluster(store, region)}-shards`;
  }

  public storeClusterArn(store: string, region: RegionName): string {
    const cluster = this.storeCluster(store, region);
    return `arn:aws:rds:${region}:${this.of.account}:cluster:${cluster}`;
  }

  /** Keyspace of a store: CQL's names have underscores in place of hyphens. */
  public keyspace(store: string): string {
    return this.storeName(store).replaceAll('-', '_');
  }

  public wideTableArn(store: string, table: string, region: RegionName): string {
    const keyspace = `/keyspace/${this.keyspace(store)}/table/${table}`;
    return `arn:aws:cassandra:${region}:${this.of.account}:${keyspace}`;
  }

  /** SSM parameter with the host at which a store answers in its own Region. */
  public storeEndpoint(store: string): string {
    return `/${this.of.name}/stores/${store}/endpoint`;
  }

  /** As {@link storeEndpoint}, for readers. */
  public storeReaderEndpoint(store: string): string {
    return `/${this.of.name}/stores/${store}/reader`;
  }

  /** SSM parameter with the generated id by which IAM knows a store's cluster in its own Region. */
  public storeResourceId(store: string): string {
    return `/${this.of.name}/stores/${store}/resource-id`;
  }

  public storeReaderEndpointArn(store: string, region: RegionName): string {
    return `arn:aws:ssm:${region}:${this.of.account}:parameter${this.storeReaderEndpoint(store)}`;
  }

  public storeEndpointArn(store: string, region: RegionName): string {
    return `arn:aws:ssm:${region}:${this.of.account}:parameter${this.storeEndpoint(store)}`;
  }

  /** SSM parameter of each Region with the schemas that its deployed code knows. */
  public schemaParameter(part: CodePart): string {
    return `/${this.of.name}/schema/${part}`;
  }

  /** @param region one, or `*` for any */
  public schemaParameterArn(part: CodePart, region: RegionName): string {
    return `arn:aws:ssm:${region}:${this.of.account}:parameter${this.schemaParameter(part)}`;
  }

  /** Alias of the Region's data key; the same in every Region. */
  public keyAlias(): string {
    return `alias/${this.of.name}-data`;
  }

  public keyAliasArn(region: RegionName): string {
    return `arn:aws:kms:${region}:${this.of.account}:${this.keyAlias()}`;
  }

  /** Vault of a Region's backups; the same in every Region. */
  public backupVault(): string {
    return `${this.of.name}-backups`;
  }

  public backupVaultArn(region: RegionName): string {
    return `arn:aws:backup:${region}:${this.of.account}:backup-vault:${this.backupVault()}`;
  }

  /** Alias of the key of a Region's vault; the same in every Region. */
  public backupKeyAlias(): string {
    return `alias/${this.backupVault()}`;
  }

  /** Plan of one store's share of one shard. */
  public backupPlan(store: string, shard: string): string {
    return this.globalCluster(store, shard);
  }

  /** AWS takes letters, digits and underscores, at most 50. */
  public restoreTest(): string {
    return `${this.of.name.replaceAll('-', '_')}_restore_test`;
  }

  /** Globally unique, at most 63 characters. */
  public bucket(purpose: BucketPurpose, region: RegionName): string {
    return `${this.of.name}-${this.of.account}-${region}-${purpose}`;
  }

  /** Virtual-hosted address of a bucket in its own Region. */
  public bucketHost(purpose: BucketPurpose, region: RegionName): string {
    return `${this.bucket(purpose, region)}.s3.${region}.amazonaws.com`;
  }

  public bucketArn(purpose: BucketPurpose, region: RegionName): string {
    return `arn:aws:s3:::${this.bucket(purpose, region)}`;
  }

  public table(kind: TableKind): string {
    return `${this.of.name}-${kind}`;
  }

  public tableArn(kind: TableKind, region: RegionName): string {
    return `arn:aws:dynamodb:${region}:${this.of.account}:table/${this.table(kind)}`;
  }

  /** Table of a declared store; the dot keeps names apart from those of our own tables. */
  public storeTable(store: string, table: string): string {
    return `${this.of.name}-${store}.${table}`;
  }

  public storeTableArn(store: string, table: string, region: RegionName): string {
    return `arn:aws:dynamodb:${region}:${this.of.account}:table/${this.storeTable(store, table)}`;
  }

  public globalCluster(store: string, shard: string): string {
    return [this.of.name, store, shard].join('-');
  }

  /** Proxy of a Region's cluster; the same in every Region. Its way to readers has `-read` behind. */
  public proxy(store: string, shard: string): string {
    return this.globalCluster(store, shard);
  }

  public cluster(store: string, shard: string, region: RegionName): string {
    return [this.of.name, store, shard, region].join('-');
  }

  /** SSM parameter with the host at which some readers of a cluster answer in its own Region. */
  public readersEndpoint(store: string, shard: string, endpoint: string): string {
    return `/${this.of.name}/stores/${store}/${shard}/readers/${endpoint}`;
  }

  public clusterArn(store: string, shard: string, region: RegionName): string {
    return `arn:aws:rds:${region}:${this.of.account}:cluster:${this.cluster(store, shard, region)}`;
  }

  /**
   * A Region's Valkey: at most 40 characters. What ElastiCache cannot change in place has a name of its
   * own, so that the new one is made before the old one goes.
   */
  public cacheGroup(region: RegionName, cache: Cache): string {
    const nodes = cache.kind === 'nodes';
    const endings = [
      ...(nodes && isClustered(cache) ? ['c'] : []),
      ...(datastoreRole(cache, region) === 'secondary' ? ['g'] : []),
    ];
    return [this.of.name, region, ...endings].join('-');
  }

  /** Nodes of a Region's Valkey, as ElastiCache numbers them; any of a shard may be its primary. */
  public cacheNodes(region: RegionName, cache: NodesCache): readonly string[] {
    const group = this.cacheGroup(region, cache);
    const shards =
      cache.shards === undefined
        ? [group]
        : Array.from({ length: cache.shards }, (_, index) => `${group}-${padded(index + 1, 4)}`);
    return shards.flatMap((shard) =>
      Array.from({ length: cache.replicas + 1 }, (_, index) => `${shard}-${padded(index + 1, 3)}`),
    );
  }

  /** What AWS puts letters of its own before, for the id of the global datastore. */
  public cacheDatastore(): string {
    return this.of.name;
  }

  /** Of a Region's queue; the same in every Region. AWS demands the ending of FIFO queues. */
  public queue({ name, fifo }: QueueName): string {
    return `${this.of.name}-${name}${fifo ? '.fifo' : ''}`;
  }

  /** What of a queue could not be processed. */
  public deadLetters({ name, fifo }: QueueName): string {
    return this.queue({ name: `${name}-dead`, fifo });
  }

  /** Of metrics that the sample workload's check tells. */
  public checkNamespace(): string {
    return `Meridian/${this.of.name}/check`;
  }

  /** Calls of jobs that failed for good. */
  public deadJobs(): string {
    return `${this.of.name}-jobs-dead`;
  }

  public queueArn(queue: string, region: RegionName): string {
    return `arn:aws:sqs:${region}:${this.of.account}:${queue}`;
  }

  /** Cluster of the servers; the same in every Region. */
  public serverCluster(): string {
    return this.of.name;
  }

  /** Prefix under which a Region's registry caches public images. */
  public imageCachePrefix(): string {
    return `${this.of.name}-public`;
  }

  /** Topic of a Region's alarms; the same in every Region. */
  public alarmTopic(): string {
    return `${this.of.name}-alarms`;
  }

  public alarmTopicArn(region: RegionName): string {
    return `arn:aws:sns:${region}:${this.of.account}:${this.alarmTopic()}`;
  }

  /** Schedule of a Region's canaries; the same in every Region. */
  public canarySchedule(): string {
    return `${this.of.name}-canaries`;
  }

  /** Namespace of the canaries' metrics. */
  public canaryNamespace(): string {
    return `Meridian/${this.of.name}/Canary`;
  }

  public alarmArn(alarm: string, region: RegionName): string {
    return `arn:aws:cloudwatch:${region}:${this.of.account}:alarm:${alarm}`;
  }

  /** Of a Region, or `all`; dashboards of an account bear their names in no Region. */
  public dashboard(region: RegionName): string {
    return `${this.of.name}-${region}`;
  }

  /** Secret of a cluster's master user; one for all members of the global cluster. */
  public masterSecret(store: string, shard: string): string {
    return [this.of.name, store, shard, 'master'].join('/');
  }

  /** Secret of the master user of a store of engine `aurora-limitless`. */
  public storeMasterSecret(store: string): string {
    return [this.of.name, 'stores', store, 'master'].join('/');
  }

  /** Secret of a domain's role, the same on every shard. */
  public domainSecret(domain: string): string {
    return [this.of.name, 'domain', domain].join('/');
  }

  /** Secret with the user of a domain that the last rotation left, for proxies alone. */
  public leftUserSecret(domain: string): string {
    return `${this.domainSecret(domain)}/left`;
  }

  /** Secret that signs session tokens and forwarded writes. */
  public signingSecret(): string {
    return `${this.of.name}/signing`;
  }

  /** Secret that the load balancers demand in `x-origin-verify`. */
  public originSecret(): string {
    return `${this.of.name}/origin`;
  }

  /** ARN pattern of a secret: Secrets Manager adds six generated characters. */
  public secretArnPattern(secret: string, region: RegionName): string {
    return `arn:aws:secretsmanager:${region}:${this.of.account}:secret:${secret}-??????`;
  }

  /** Function that runs migrations; the same in every Region. */
  public migrationFunction(): string {
    return `${this.of.name}-migration`;
  }

  public migrationFunctionArn(region: RegionName): string {
    return `arn:aws:lambda:${region}:${this.of.account}:function:${this.migrationFunction()}`;
  }

  /** Function that Secrets Manager calls to rotate, in the birth Region. */
  public rotationFunction(): string {
    return `${this.of.name}-rotation`;
  }

  /** The health-checked name that the CDN uses as its origin. */
  public originHost(): string {
    return `origin.${this.of.domainName}`;
  }

  /** The health-checked name that API clients use, where the edge is `direct`. */
  public apiHost(): string {
    return `api.${this.of.domainName}`;
  }

  /** A Region's own name: its health check's target and the address of forwarded writes. */
  public regionalHost(region: RegionName): string {
    return `${region}.${this.originHost()}`;
  }

  /** Object whose existence takes `region` out of traffic; it lives in the Region's switch Region. */
  public switchKey(region: RegionName): string {
    return `drained/${region}`;
  }
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}
