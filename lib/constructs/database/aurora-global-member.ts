import type { CfnCondition } from 'aws-cdk-lib';
import { Aws, Fn, RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { CfnDBClusterProps } from 'aws-cdk-lib/aws-rds';
import {
  CfnDBCluster,
  CfnDBClusterParameterGroup,
  CfnDBInstance,
  CfnDBParameterGroup,
  CfnDBSubnetGroup,
} from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { Names, setAside } from '../../config';
import type { AuroraStore, Deployment, RegionName } from '../../config';
import { lifecycleOf } from '../lifecycle';
import { DATABASE_PORT, isolatedSubnets } from '../network';
import { clusterParameters, instanceParameters } from './private/aurora-parameters';
import { ReaderEndpoints } from './reader-endpoints';

export interface AuroraGlobalMemberProps {
  /** The resolved declaration. */
  readonly deployment: Pick<Deployment, 'name' | 'account' | 'domainName' | 'protection'>;
  /** Region of the stack. */
  readonly region: RegionName;
  /** Store that the cluster belongs to. */
  readonly store: AuroraStore;
  /** Name of the shard whose cluster this is. */
  readonly shard: string;
  /** The Region's network. */
  readonly vpc: IVpc;
  /** Group that it stands in. */
  readonly securityGroup: ISecurityGroup;
  /** Holds in the Region in which the global cluster is born. */
  readonly isBirth: CfnCondition;
}

/** Where a cluster answers, as `host:port`; known only at deployment. */
export interface ClusterEndpoints {
  readonly writer: string;
  readonly reader: string;
}

const ENGINE = 'aurora-postgresql';
const LOG = 'postgresql';
/** Of Performance Insights: what is free, and what `advanced` demands and has in its price. */
const INSIGHTS_DAYS = { standard: 7, advanced: 465 } as const;

/**
 * One Region's member of an Aurora global cluster, the same template in every Region. The condition
 * alone decides how it is *created*: born with credentials, or as a secondary of the global cluster.
 * Who writes later is not said here, so a switchover changes no template.
 *
 * The library's `DatabaseCluster` cannot be a secondary without an orphan secret, hence L1. The engine
 * version is changed on the global cluster first, therefore no automatic minor upgrades. Costs the
 * price of its instances by the hour, storage and I/O; each replicated write once more in each Region.
 *
 * In a Region where the store is headless it has storage and no instance: a copy that nobody reads, and that
 * cannot be promoted before it has one.
 *
 * Its log goes to CloudWatch, as what the instances' disks hold is gone with them; Database Insights keeps the
 * load by statement, in `advanced` mode for 0.0125 USD an hour for each vCPU.
 *
 * @stateful encrypted with the Region's data key, backed up for 14 days
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.html
 */
export class AuroraGlobalMember extends Construct {
  /** Where this member answers. */
  public readonly endpoints: ClusterEndpoints;

  public constructor(scope: Construct, id: string, props: AuroraGlobalMemberProps) {
    super(scope, id);
    const { store } = props;
    if (!Number.isInteger(store.instancesPerRegion) || store.instancesPerRegion < 1) {
      throw new RangeError(
        `\`instancesPerRegion\` must be an integer of 1 to 16, got: ${store.instancesPerRegion}`,
      );
    }
    const cluster = this.cluster(props, this.subnetGroup(props.vpc));
    const count = store.headless.includes(props.region) ? 0 : store.instancesPerRegion;
    const instances = Array.from({ length: count }, (_, index) =>
      this.instance(cluster, index + 1, props),
    );
    const set =
      store.endpoints.length > 0 && count > 0
        ? new ReaderEndpoints(this, 'Readers', { ...props, instances })
        : undefined;
    const at = (host: string): string => Fn.join(':', [host, String(DATABASE_PORT)]);
    this.endpoints = {
      writer: at(cluster.attrEndpointAddress),
      reader: at(set?.services ?? cluster.attrReadEndpointAddress),
    };
  }

  private cluster(props: AuroraGlobalMemberProps, subnets: CfnDBSubnetGroup): CfnDBCluster {
    const { deployment, region, store, shard, isBirth } = props;
    const names = new Names(deployment);
    const { capacityUnits: units } = store;
    const { removalPolicy, deletionProtection } = lifecycleOf(deployment.protection);
    const master = (field: string): string =>
      SecretValue.secretsManager(names.masterSecret(store.name, shard), {
        jsonField: field,
      }).unsafeUnwrap();
    const atBirth = (value: string): string =>
      Fn.conditionIf(isBirth.logicalId, value, Aws.NO_VALUE).toString();
    const cluster = new CfnDBCluster(this, 'Cluster', {
      dbClusterIdentifier: names.cluster(store.name, shard, region),
      engine: ENGINE,
      engineVersion: store.engineVersion,
      globalClusterIdentifier: Fn.conditionIf(
        isBirth.logicalId,
        Aws.NO_VALUE,
        names.globalCluster(store.name, shard),
      ).toString(),
      masterUsername: atBirth(master('username')),
      masterUserPassword: atBirth(master('password')),
      port: DATABASE_PORT,
      dbSubnetGroupName: subnets.ref,
      dbClusterParameterGroupName: this.clusterParameters(store).ref,
      vpcSecurityGroupIds: [props.securityGroup.securityGroupId],
      storageEncrypted: true,
      kmsKeyId: names.keyAliasArn(region),
      backupRetentionPeriod: 14,
      copyTagsToSnapshot: true,
      deletionProtection,
      enableIamDatabaseAuthentication: true,
      enableCloudwatchLogsExports: [LOG],
      ...this.insights(props),
      ...(units !== undefined && {
        serverlessV2ScalingConfiguration: { minCapacity: units.min, maxCapacity: units.max },
      }),
    });
    cluster.applyRemovalPolicy(removalPolicy);
    cluster.node.addDependency(this.log(props));
    return cluster;
  }

  /**
   * Where slow statements, waits and errors of all instances are read, the lost ones' too. RDS would make it
   * itself and keep everything for ever. It goes with its stack: one that is created again after the loss of
   * its Region must not find the name taken.
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.CloudWatch.html
   */
  private log({ deployment, region, store, shard }: AuroraGlobalMemberProps): LogGroup {
    const name = new Names(deployment).cluster(store.name, shard, region);
    return new LogGroup(this, 'Log', {
      logGroupName: `/aws/rds/cluster/${name}/${LOG}`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  /**
   * Said of the cluster alone: its instances take it over, those that readers' scaling adds among them.
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DatabaseInsights.Considerations.html
   */
  private insights({
    deployment,
    region,
    store,
  }: AuroraGlobalMemberProps): Partial<CfnDBClusterProps> {
    const mode = store.databaseInsights;
    return {
      databaseInsightsMode: mode,
      performanceInsightsEnabled: true,
      performanceInsightsRetentionPeriod: INSIGHTS_DAYS[mode],
      // Statements are in it, so that it is encrypted as the data is.
      performanceInsightsKmsKeyId: new Names(deployment).keyAliasArn(region),
    };
  }

  private instance(
    cluster: CfnDBCluster,
    number: number,
    props: AuroraGlobalMemberProps,
  ): CfnDBInstance {
    const { deployment, region, store, shard } = props;
    const name = new Names(deployment).cluster(store.name, shard, region);
    const instance = new CfnDBInstance(this, `Instance${number}`, {
      dbInstanceIdentifier: `${name}-${number}`,
      dbClusterIdentifier: cluster.ref,
      dbInstanceClass: store.instanceClass,
      engine: ENGINE,
      dbParameterGroupName: this.instanceParameters(store).ref,
      // The first two may be promoted inside the Region before any other, those set aside after all others.
      promotionTier: setAside(store.endpoints).has(number) ? 15 : Math.min(number - 1, 15),
      publiclyAccessible: false,
      autoMinorVersionUpgrade: false,
      caCertificateIdentifier: 'rds-ca-rsa2048-g1',
    });
    instance.applyRemovalPolicy(lifecycleOf(deployment.protection).removalPolicy);
    return instance;
  }

  private subnetGroup(vpc: IVpc): CfnDBSubnetGroup {
    return new CfnDBSubnetGroup(this, 'Subnets', {
      dbSubnetGroupDescription: 'Isolated subnets of every zone',
      subnetIds: isolatedSubnets(vpc),
    });
  }

  private clusterParameters(store: AuroraStore): CfnDBClusterParameterGroup {
    return new CfnDBClusterParameterGroup(this, 'ClusterParameters', {
      // As it was born: another description is another group.
      description: 'TLS only',
      family: family(store),
      parameters: clusterParameters(store),
    });
  }

  /** One for all instances: what is set here later needs no change of the instances. */
  private instanceParameters(store: AuroraStore): CfnDBParameterGroup {
    const existing = this.node.tryFindChild('InstanceParameters');
    if (existing instanceof CfnDBParameterGroup) return existing;
    return new CfnDBParameterGroup(this, 'InstanceParameters', {
      description: 'Tells of waits for locks and of statements that take a second',
      family: family(store),
      parameters: instanceParameters(store),
    });
  }
}

function family({ engineVersion }: AuroraStore): string {
  const [major = engineVersion] = engineVersion.split('.');
  return `${ENGINE}${major}`;
}
