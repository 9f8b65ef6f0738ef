import { Aws, CfnCondition, CfnParameter, Fn } from 'aws-cdk-lib';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { Names } from '../config';
import type { Cluster, RegionName } from '../config';
import type { ClusterEndpoints } from '../constructs/database';
import { AuroraGlobalMember, DatabaseSecurityGroup } from '../constructs/database';
import type { NetworkOutputs } from './network';
import { MeridianStack } from './private/meridian-stack';
import type { RegionalStackProps } from './private/regional';

export interface DataProps extends RegionalStackProps {
  /** Clusters with a member in this Region, all born in one. */
  readonly clusters: readonly Cluster[];
  /** Where they are born. @default the deployment's own birth Region */
  readonly cohort?: RegionName;
  /** What the Region's network stack offers. */
  readonly network: NetworkOutputs;
}

/** A cluster of this Region. */
export interface MemberOutputs extends ClusterEndpoints {
  readonly store: string;
  readonly shard: string;
  /** Group that it stands in. */
  readonly group: ISecurityGroup;
  /** Past the proxy, where `writer` is one. */
  readonly direct?: string;
}

/**
 * A Region's databases, by one template in every Region. `BirthRegion` is immutable for as long as the
 * Region's clusters live: it is overridden only to re-create a lost birth Region as a secondary, in
 * that Region's stack alone.
 */
export class Data extends MeridianStack {
  /** Those that have instances. */
  public readonly members: readonly MemberOutputs[];

  public constructor(scope: Construct, id: string, props: DataProps) {
    const { deployment, region, network, cohort } = props;
    super(scope, id, {
      deployment,
      kind: 'data',
      stackName: new Names(deployment).dataStack(region.name, cohort),
      region: region.name,
      regional: true,
      stateful: true,
      description: `${deployment.name}: databases of ${region.name}`,
    });
    const birthRegion = new CfnParameter(this, 'BirthRegion', {
      default: cohort ?? deployment.birthRegion,
      description: 'Region in which the global clusters are born; every other one is a secondary',
    });
    const isBirth = new CfnCondition(this, 'IsBirth', {
      expression: Fn.conditionEquals(birthRegion.valueAsString, Aws.REGION),
    });
    const securityGroup = new DatabaseSecurityGroup(this, 'PostgreSql', {
      vpc: network.vpc,
      clients: { Service: network.serviceGroup, Migration: network.migrationGroup },
    });
    this.members = props.clusters.flatMap(({ store, shard, serving }) => {
      const member = new AuroraGlobalMember(this, `${store.name}-${shard}`, {
        deployment,
        region: region.name,
        store,
        shard,
        vpc: network.vpc,
        securityGroup,
        isBirth,
      });
      // Storage without instances answers nobody.
      if (!serving.includes(region.name)) return [];
      return [{ store: store.name, shard, group: securityGroup, ...member.endpoints }];
    });
  }
}
