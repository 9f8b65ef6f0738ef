import { Aws, CfnCondition, CfnParameter, Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { NeptuneStore } from '../config';
import { DatabaseSecurityGroup, NeptuneMember } from '../constructs/database';
import { GRAPH_PORT } from '../constructs/network';
import type { NetworkOutputs } from './network';
import type { RegionalStackProps } from './private/regional';
import { RegionalStoreStack } from './private/store-stack';

export interface StoreGraphProps extends RegionalStackProps {
  /** The store whose cluster this is. */
  readonly store: NeptuneStore;
  /** What the Region's network stack offers. */
  readonly network: NetworkOutputs;
}

/**
 * The cluster of a `neptune` store in one Region. `BirthRegion` is immutable for as long as the cluster
 * lives: it is overridden only to re-create a lost birth Region as a secondary.
 */
export class StoreGraph extends RegionalStoreStack {
  public constructor(scope: Construct, id: string, props: StoreGraphProps) {
    const { deployment, region, store, network } = props;
    super(scope, id, { deployment, region, store, what: `graph ${store.name}` });
    const birthRegion = new CfnParameter(this, 'BirthRegion', {
      default: store.regions[0] ?? region.name,
      description: 'Region in which the graph is born; every other one is a secondary',
    });
    const isBirth = new CfnCondition(this, 'IsBirth', {
      expression: Fn.conditionEquals(birthRegion.valueAsString, Aws.REGION),
    });
    const securityGroup = new DatabaseSecurityGroup(this, 'Neptune', {
      vpc: network.vpc,
      clients: { Service: network.serviceGroup },
      port: GRAPH_PORT,
      description: 'Neptune from the service of this Region',
    });
    new NeptuneMember(this, 'Graph', {
      ...{ deployment, store, securityGroup, isBirth },
      region: region.name,
      vpc: network.vpc,
    });
  }
}
