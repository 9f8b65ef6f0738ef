import { CustomResource, Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { RegionName } from '../../config';
import { LoggedFunction } from '../compute';

export interface DsqlPeeringProps {
  /** Id of the cluster in the stack's own Region. */
  readonly clusterId: string;
  /** Region of the stack. */
  readonly region: RegionName;
  /** Account that owns both clusters. */
  readonly account: string;
  /** Region that keeps changes for both. */
  readonly witnessRegion: RegionName;
  /** ARN of the cluster in the other Region, which is there already. */
  readonly peerArn: string;
  /** Directory of the bundled handler lib/handlers/peering. */
  readonly handler: string;
}

/**
 * Tells a DSQL cluster of its peer, the second of two passes: each side names the other's generated
 * ARN, so neither can be created with it. A function, because CloudFormation would need the same
 * stack deployed twice; it runs at a deployment only. Costs nothing.
 *
 * @see https://docs.aws.amazon.com/aurora-dsql/latest/APIReference/API_UpdateCluster.html
 */
export class DsqlPeering extends Construct {
  public constructor(scope: Construct, id: string, props: DsqlPeeringProps) {
    super(scope, id);
    const { clusterId, witnessRegion, peerArn } = props;
    const peering = new LoggedFunction(this, 'Peering', {
      description: `Makes the cluster of ${props.region} a peer`,
      code: Code.fromAsset(props.handler),
      timeout: Duration.seconds(60),
      statements: statements(props),
    });
    const resource = new CustomResource(this, 'Resource', {
      serviceToken: peering.function.functionArn,
      serviceTimeout: Duration.seconds(120),
      resourceType: 'Custom::MeridianPeering',
      properties: { Cluster: clusterId, WitnessRegion: witnessRegion, Peers: [peerArn] },
    });
    resource.node.addDependency(peering);
  }
}

/** @see https://docs.aws.amazon.com/aurora-dsql/latest/APIReference/API_UpdateCluster.html */
function statements({
  clusterId,
  region,
  account,
  witnessRegion,
  peerArn,
}: DsqlPeeringProps): PolicyStatement[] {
  const arnIn = (place: string): string => `arn:aws:dsql:${place}:${account}:cluster/${clusterId}`;
  const may = (actions: readonly string[], resources: string[]): PolicyStatement =>
    new PolicyStatement({ actions: actions.map((action) => `dsql:${action}`), resources });
  return [
    may(['GetCluster', 'UpdateCluster', 'PutMultiRegionProperties'], [arnIn(region)]),
    // Checked in the cluster's Region and in the witness's.
    may(['PutWitnessRegion'], [arnIn(region), arnIn(witnessRegion)]),
    may(['AddPeerCluster'], [arnIn(region), peerArn]),
  ];
}
