import { Fn } from 'aws-cdk-lib';
import { CfnDBClusterEndpoint } from 'aws-cdk-lib/aws-rds';
import type { CfnDBClusterEndpointProps, CfnDBInstance } from 'aws-cdk-lib/aws-rds';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { Names, SERVICES_ENDPOINT, setAside } from '../../config';
import type { AuroraStore, Deployment, RegionName } from '../../config';
import { DATABASE_PORT } from '../network';

export interface ReaderEndpointsProps {
  /** The resolved declaration. */
  readonly deployment: Pick<Deployment, 'name' | 'account' | 'domainName'>;
  /** Region of the stack. */
  readonly region: RegionName;
  /** Store of the cluster, with at least one endpoint. */
  readonly store: AuroraStore;
  /** Name of the cluster's shard. */
  readonly shard: string;
  /** The cluster's instances, in the order of their numbers: an endpoint names what is there. */
  readonly instances: readonly CfnDBInstance[];
}

/**
 * Readers of one cluster in its Region under names of their own, such as one for analytics whose long queries
 * shall not be in the way of a page. The cluster's own reader endpoint leads to every reader, whatever is said
 * here; where some are set aside, the services are therefore led to an endpoint that names all but those, readers
 * that scaling adds among them. An instance that is promoted leaves its endpoint until it is a reader again.
 *
 * Each is in an SSM parameter of a computed name. Costs nothing beside its instances.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Endpoints.Custom.html
 */
export class ReaderEndpoints extends Construct {
  /** Host for the services' reads, or `undefined` where no reader is set aside. */
  public readonly services: string | undefined;

  public constructor(scope: Construct, id: string, props: ReaderEndpointsProps) {
    super(scope, id);
    const { deployment, store, shard } = props;
    const names = new Names(deployment);
    for (const { name, instances } of store.endpoints) {
      const endpoint = this.endpoint(name, props, {
        staticMembers: this.members(props, instances),
      });
      new StringParameter(this, `${name}-host`, {
        parameterName: names.readersEndpoint(store.name, shard, name),
        stringValue: Fn.join(':', [endpoint.attrEndpoint, String(DATABASE_PORT)]),
        description: `Where readers ${instances.join(', ')} of ${store.name}, shard ${shard}, answer`,
      });
    }
    const aside = [...setAside(store.endpoints)].sort((one, other) => one - other);
    if (aside.length === 0) return;
    const excludedMembers = this.members(props, aside);
    this.services = this.endpoint(SERVICES_ENDPOINT, props, { excludedMembers }).attrEndpoint;
  }

  private endpoint(
    name: string,
    props: ReaderEndpointsProps,
    members: Pick<CfnDBClusterEndpointProps, 'staticMembers' | 'excludedMembers'>,
  ): CfnDBClusterEndpoint {
    const { deployment, region, store, shard, instances } = props;
    const cluster = new Names(deployment).cluster(store.name, shard, region);
    const endpoint = new CfnDBClusterEndpoint(this, `${name}-endpoint`, {
      dbClusterIdentifier: cluster,
      dbClusterEndpointIdentifier: `${cluster}-${name}`,
      customEndpointType: 'READER',
      ...members,
    });
    endpoint.node.addDependency(...instances);
    return endpoint;
  }

  private members(props: ReaderEndpointsProps, numbers: readonly number[]): string[] {
    const { deployment, region, store, shard } = props;
    const cluster = new Names(deployment).cluster(store.name, shard, region);
    return numbers.map((number) => `${cluster}-${number}`);
  }
}
