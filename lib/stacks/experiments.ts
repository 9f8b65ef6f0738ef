import { RemovalPolicy } from 'aws-cdk-lib';
import type { ISubnet } from 'aws-cdk-lib/aws-ec2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { EXPERIMENT_TAG, clustersOf, tablesOf } from '../config';
import type { Cluster, Experiments as ExperimentsConfig, RegionName } from '../config';
import {
  Experiment,
  cutRoutes,
  cutSubnets,
  endInstances,
  failOver,
  moveWriters,
  pauseBucket,
  pauseTables,
  stopCacheNodes,
} from '../constructs/experiment';
import type { ExperimentPart } from '../constructs/experiment';
import type { NetworkOutputs } from './network';
import { MeridianStack } from './private/meridian-stack';
import { pascalCase } from './private/pascal-case';
import type { RegionalStackProps } from './private/regional';
import type { ServiceOutputs } from './service';

export interface ExperimentsProps extends RegionalStackProps {
  /** The declared experiments. */
  readonly experiments: ExperimentsConfig;
  /** What is cut off. */
  readonly network: NetworkOutputs;
  /** What runs in it. */
  readonly service: ServiceOutputs;
}

/**
 * Experiments that a person starts in a Region: each zone without power, each other Region out of reach,
 * each cluster's writer failed over. The alarm about the Region's answers stops them. Nothing that
 * serves needs this stack.
 */
export class Experiments extends MeridianStack {
  private readonly log: LogGroup;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: ExperimentsProps,
  ) {
    const { deployment, region, experiments } = props;
    super(scope, id, {
      deployment,
      kind: 'experiments',
      region: region.name,
      regional: true,
      stateful: false,
      description: `${deployment.name}: experiments in ${region.name}`,
    });
    this.log = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const peers = deployment.regions.map(({ name }) => name).filter((it) => it !== region.name);
    const has = new Set(experiments.kinds);
    // Ids are equal in every Region, so that Regions differ in nothing but names.
    if (has.has('zone-power'))
      region.zones.forEach((zone, at) => {
        this.zone(`ZonePower${String(at + 1)}`, zone);
      });
    if (has.has('region-connectivity'))
      peers.forEach((peer, at) => {
        this.connection(`RegionConnectivity${String(at + 1)}`, peer);
      });
    if (has.has('database-failover')) for (const cluster of this.clusters()) this.failover(cluster);
  }

  private zone(id: string, zone: string): void {
    const { deployment, region, experiments, network, service } = this.props;
    const outage = { ...this.place(), zone, minutes: experiments.minutes };
    const { vpc } = network;
    const subnets = [...vpc.publicSubnets, ...vpc.privateSubnets, ...vpc.isolatedSubnets];
    const { cache } = deployment;
    const { instanceGroupName, balancerGroupName } = service;
    this.experiment(id, `zone-power-${zone}`, `Zone ${zone} without power`, [
      cutSubnets(outage, {
        vpcId: vpc.vpcId,
        subnetIds: idsOf(subnets.filter((it) => it.availabilityZone === zone)),
      }),
      ...moveWriters(
        outage,
        this.clusters().map((it) => this.arnOf(it)),
      ),
      ...(cache?.kind === 'nodes'
        ? [stopCacheNodes(outage, this.names.cacheGroup(region.name, cache))]
        : []),
      ...(instanceGroupName === undefined && balancerGroupName === undefined
        ? []
        : endInstances(outage, this.tag())),
    ]);
  }

  private connection(id: string, peer: RegionName): void {
    const { deployment, region, experiments, network } = this.props;
    const outage = { ...this.place(), peer, minutes: experiments.minutes };
    const { vpc } = network;
    const replicated = deployment.tableRegions.length > 1;
    const tables =
      replicated && deployment.tableRegions.includes(region.name) ? tablesOf(deployment) : [];
    this.experiment(id, `region-connectivity-${peer}`, `${peer} out of reach`, [
      cutRoutes(outage, { vpcId: vpc.vpcId, subnetIds: idsOf(vpc.privateSubnets) }),
      ...pauseTables(
        outage,
        tables.map((kind) => this.names.table(kind)),
      ),
      ...(deployment.uploads === undefined
        ? []
        : [pauseBucket(outage, this.names.bucket('uploads', region.name), this.tag())]),
    ]);
  }

  private failover(cluster: Cluster): void {
    const name = `${cluster.store.name}-${cluster.shard}`;
    this.experiment(
      pascalCase(`failover-${name}`),
      `database-failover-${name}`,
      `The writer of ${name} gives way to a reader`,
      [failOver(this.place(), [this.arnOf(cluster)])],
    );
  }

  private experiment(
    id: string,
    name: string,
    description: string,
    parts: readonly ExperimentPart[],
  ): void {
    const { account, region } = this.place();
    const { deployment } = this.props;
    new Experiment(this, id, {
      ...{ account, region, description, parts, log: this.log },
      experimentName: `${deployment.name}-${name}`,
      stopAlarmArn: this.names.alarmArn(`${deployment.name}-load-balancer-errors`, region),
    });
  }

  private clusters(): readonly Cluster[] {
    const { deployment, region } = this.props;
    return clustersOf(deployment).filter(
      ({ store, serving }) => store.instancesPerRegion > 1 && serving.includes(region.name),
    );
  }

  private arnOf({ store, shard }: Cluster): string {
    return this.names.clusterArn(store.name, shard, this.props.region.name);
  }

  private place() {
    return { account: this.props.deployment.account, region: this.props.region.name };
  }

  private tag(): Readonly<Record<string, string>> {
    return { [EXPERIMENT_TAG]: this.props.deployment.name };
  }
}

function idsOf(subnets: readonly ISubnet[]): readonly string[] {
  return subnets.map(({ subnetId }) => subnetId);
}
