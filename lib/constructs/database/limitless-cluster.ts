import { Fn, SecretValue } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  CfnDBCluster,
  CfnDBClusterParameterGroup,
  CfnDBShardGroup,
  CfnDBSubnetGroup,
} from 'aws-cdk-lib/aws-rds';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { Names } from '../../config';
import type { Deployment, LimitlessStore, RegionName } from '../../config';
import { lifecycleOf } from '../lifecycle';
import { DATABASE_PORT, isolatedSubnets } from '../network';

export interface LimitlessClusterProps {
  /** The resolved declaration. */
  readonly deployment: Pick<Deployment, 'name' | 'account' | 'domainName' | 'protection'>;
  /** The store's Region. */
  readonly region: RegionName;
  /** Store whose cluster this is. */
  readonly store: LimitlessStore;
  /** The Region's network. */
  readonly vpc: IVpc;
  /** Group that it stands in. */
  readonly securityGroup: ISecurityGroup;
}

/** Which has no room for capacity units. */
const WITHOUT_ACU = 'us-east-1e';
const LOG = 'postgresql';

/**
 * PostgreSQL that the engine divides over shards, behind routers: one endpoint, more writes than one
 * writer takes. A cluster without instances and its shard group; AWS demands I/O-Optimized storage,
 * enhanced monitoring, Performance Insights for a month or more and the log in CloudWatch, and takes no
 * master password that RDS manages. Where it answers is in an SSM parameter of a computed name.
 *
 * Costs `minAcu` capacity units by the hour at the least, once more for each standby of the shards.
 *
 * @stateful encrypted with the Region's data key, backed up for 14 days
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/limitless-reqs-limits.html
 */
export class LimitlessCluster extends Construct {
  /** @throws RangeError for a network in the zone that has no capacity units */
  public constructor(scope: Construct, id: string, props: LimitlessClusterProps) {
    super(scope, id);
    const { deployment, region, store, vpc } = props;
    if (vpc.availabilityZones.includes(WITHOUT_ACU)) {
      throw new RangeError(`\`vpc\` must not be laid over ${WITHOUT_ACU}, which has no Limitless`);
    }
    const names = new Names(deployment);
    const cluster = this.cluster(props);
    const { removalPolicy } = lifecycleOf(deployment.protection);
    const group = new CfnDBShardGroup(this, 'ShardGroup', {
      dbShardGroupIdentifier: names.storeShardGroup(store.name, region),
      dbClusterIdentifier: cluster.ref,
      minAcu: store.minAcu,
      maxAcu: store.maxAcu,
      computeRedundancy: store.computeRedundancy,
      publiclyAccessible: false,
    });
    group.applyRemovalPolicy(removalPolicy);
    new StringParameter(this, 'Endpoint', {
      parameterName: names.storeEndpoint(store.name),
      stringValue: Fn.join(':', [group.attrEndpoint, String(DATABASE_PORT)]),
      description: `Where ${store.name} answers in this Region`,
    });
    new StringParameter(this, 'ResourceId', {
      parameterName: names.storeResourceId(store.name),
      stringValue: cluster.attrDbClusterResourceId,
      description: `What ${store.name} is to IAM`,
    });
  }

  private cluster(props: LimitlessClusterProps): CfnDBCluster {
    const { deployment, region, store, vpc, securityGroup } = props;
    const names = new Names(deployment);
    const { removalPolicy, deletionProtection } = lifecycleOf(deployment.protection);
    const name = names.storeCluster(store.name, region);
    const subnets = new CfnDBSubnetGroup(this, 'Subnets', {
      dbSubnetGroupDescription: 'Isolated subnets of every zone',
      subnetIds: isolatedSubnets(vpc),
    });
    const master = (jsonField: string): string =>
      SecretValue.secretsManager(names.storeMasterSecret(store.name), { jsonField }).unsafeUnwrap();
    const log = new LogGroup(this, 'Log', {
      logGroupName: `/aws/rds/cluster/${name}/${LOG}`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy,
    });
    const cluster = new CfnDBCluster(this, 'Cluster', {
      dbClusterIdentifier: name,
      engine: 'aurora-postgresql',
      engineVersion: store.engineVersion,
      clusterScalabilityType: 'limitless',
      storageType: 'aurora-iopt1',
      masterUsername: master('username'),
      masterUserPassword: master('password'),
      port: DATABASE_PORT,
      dbSubnetGroupName: subnets.ref,
      dbClusterParameterGroupName: this.parameters(store).ref,
      vpcSecurityGroupIds: [securityGroup.securityGroupId],
      storageEncrypted: true,
      kmsKeyId: names.keyAliasArn(region),
      backupRetentionPeriod: 14,
      copyTagsToSnapshot: true,
      deletionProtection,
      enableIamDatabaseAuthentication: true,
      ...this.watched(),
    });
    cluster.applyRemovalPolicy(removalPolicy);
    cluster.node.addDependency(log);
    return cluster;
  }

  /** What AWS demands of a Limitless cluster. */
  private watched(): Partial<ConstructorParameters<typeof CfnDBCluster>[2]> {
    const monitor = new Role(this, 'Monitor', {
      assumedBy: new ServicePrincipal('monitoring.rds.amazonaws.com'),
      managedPolicies: [
        ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonRDSEnhancedMonitoringRole'),
      ],
    });
    return {
      enableCloudwatchLogsExports: [LOG],
      performanceInsightsEnabled: true,
      // Days; the fewest that are taken.
      performanceInsightsRetentionPeriod: 31,
      monitoringInterval: 5,
      monitoringRoleArn: monitor.roleArn,
    };
  }

  private parameters({ engineVersion }: LimitlessStore): CfnDBClusterParameterGroup {
    const [major = engineVersion] = engineVersion.split('.');
    return new CfnDBClusterParameterGroup(this, 'Parameters', {
      description: 'TLS only',
      family: `aurora-postgresql${major}`,
      parameters: { 'rds.force_ssl': '1' },
    });
  }
}
