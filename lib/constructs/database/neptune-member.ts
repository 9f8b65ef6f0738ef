import type { CfnCondition } from 'aws-cdk-lib';
import { Aws, Fn } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  CfnDBCluster,
  CfnDBClusterParameterGroup,
  CfnDBInstance,
  CfnDBSubnetGroup,
} from 'aws-cdk-lib/aws-neptune';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { Names } from '../../config';
import type { Deployment, NeptuneStore, RegionName } from '../../config';
import { lifecycleOf } from '../lifecycle';
import { GRAPH_PORT, isolatedSubnets } from '../network';

export interface NeptuneMemberProps {
  /** The resolved declaration. */
  readonly deployment: Pick<Deployment, 'name' | 'account' | 'domainName' | 'protection'>;
  /** Region of the stack. */
  readonly region: RegionName;
  /** Store whose cluster in this Region this is. */
  readonly store: NeptuneStore;
  /** The Region's network. */
  readonly vpc: IVpc;
  /** Group that it stands in. */
  readonly securityGroup: ISecurityGroup;
  /** Holds in the Region in which the store is born. */
  readonly isBirth: CfnCondition;
}

const LOGS = ['audit', 'slowquery'];

/**
 * One Region's cluster of a `neptune` store, the same template in every Region: the condition alone
 * decides whether it is born, or joins the global database that stands around the born one. Instances
 * are dealt out over the zones, so that the writer's zone may go. Clients come by IAM; Neptune speaks
 * TLS alone. Where it answers, and its generated id, are in SSM parameters of computed names.
 *
 * The members of a global database have one engine version, therefore no automatic minor upgrades.
 * Costs the price of its instances by the hour, storage and I/O; each replicated write once more in
 * each Region.
 *
 * @stateful encrypted with the Region's data key, backed up for 14 days
 * @see https://docs.aws.amazon.com/neptune/latest/userguide/neptune-global-database.html
 */
export class NeptuneMember extends Construct {
  public constructor(scope: Construct, id: string, props: NeptuneMemberProps) {
    super(scope, id);
    const { store } = props;
    const cluster = this.cluster(props);
    for (let index = 0; index < store.instancesPerRegion; index += 1) {
      this.instance(cluster, index, props);
    }
    this.tell(cluster, props);
  }

  private cluster(props: NeptuneMemberProps): CfnDBCluster {
    const { deployment, region, store, vpc, securityGroup, isBirth } = props;
    const names = new Names(deployment);
    const { removalPolicy, deletionProtection } = lifecycleOf(deployment.protection);
    const name = names.storeCluster(store.name, region);
    const subnets = new CfnDBSubnetGroup(this, 'Subnets', {
      dbSubnetGroupDescription: 'Isolated subnets of every zone',
      subnetIds: isolatedSubnets(vpc),
    });
    const cluster = new CfnDBCluster(this, 'Cluster', {
      dbClusterIdentifier: name,
      engineVersion: store.engineVersion,
      ...(store.regions.length > 1 && {
        globalClusterIdentifier: Fn.conditionIf(
          isBirth.logicalId,
          Aws.NO_VALUE,
          names.storeName(store.name),
        ).toString(),
      }),
      dbPort: GRAPH_PORT,
      dbSubnetGroupName: subnets.ref,
      dbClusterParameterGroupName: this.parameters(store).ref,
      vpcSecurityGroupIds: [securityGroup.securityGroupId],
      storageEncrypted: true,
      kmsKeyId: names.keyAliasArn(region),
      iamAuthEnabled: true,
      backupRetentionPeriod: 14,
      copyTagsToSnapshot: true,
      deletionProtection,
      enableCloudwatchLogsExports: LOGS,
    });
    cluster.applyRemovalPolicy(removalPolicy);
    for (const log of LOGS) {
      // Neptune would make it itself, and keep everything for ever.
      const group = new LogGroup(this, `${log}Log`, {
        logGroupName: `/aws/neptune/${name}/${log}`,
        retention: RetentionDays.THREE_MONTHS,
        removalPolicy,
      });
      cluster.node.addDependency(group);
    }
    return cluster;
  }

  private instance(cluster: CfnDBCluster, index: number, props: NeptuneMemberProps): void {
    const { deployment, region, store, vpc } = props;
    const zones = vpc.availabilityZones;
    const name = new Names(deployment).storeCluster(store.name, region);
    const instance = new CfnDBInstance(this, `Instance${index + 1}`, {
      dbInstanceIdentifier: `${name}-${index + 1}`,
      dbClusterIdentifier: cluster.ref,
      dbInstanceClass: store.instanceClass,
      availabilityZone: zones[index % zones.length],
      autoMinorVersionUpgrade: false,
    });
    instance.applyRemovalPolicy(lifecycleOf(deployment.protection).removalPolicy);
  }

  /** @see https://docs.aws.amazon.com/neptune/latest/userguide/parameters.html */
  private parameters({ engineVersion }: NeptuneStore): CfnDBClusterParameterGroup {
    const [major = '', minor = ''] = engineVersion.split('.');
    return new CfnDBClusterParameterGroup(this, 'Parameters', {
      description: 'Tells who asked what, and what took a second',
      family: `neptune${major}.${minor}`,
      parameters: {
        // Who connected, from where, and each query: without it the exported log stays empty.
        neptune_enable_audit_log: '1',
        // `info` tells the query and its times, not its plan.
        neptune_enable_slow_query_log: 'info',
        // Milliseconds; by default five seconds, which a page cannot wait for.
        neptune_slow_query_log_threshold: '1000',
        // Milliseconds; by default two minutes, in which one walk through the graph holds a thread.
        neptune_query_timeout: '20000',
      },
    });
  }

  private tell(cluster: CfnDBCluster, props: NeptuneMemberProps): void {
    const { deployment, store } = props;
    const names = new Names(deployment);
    const told: readonly (readonly [id: string, name: string, value: string, what: string])[] = [
      ['Endpoint', names.storeEndpoint(store.name), cluster.attrEndpoint, 'answers'],
      ['Reader', names.storeReaderEndpoint(store.name), cluster.attrReadEndpoint, 'is read'],
      [
        'ResourceId',
        names.storeResourceId(store.name),
        cluster.attrClusterResourceId,
        'is, to IAM',
      ],
    ];
    for (const [id, parameterName, stringValue, what] of told) {
      const description = `Where ${store.name} ${what} in this Region`;
      new StringParameter(this, id, { parameterName, stringValue, description });
    }
  }
}
