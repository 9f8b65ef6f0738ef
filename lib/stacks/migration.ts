import type { Construct } from 'constructs';
import { MigrationRunner } from '../constructs/database';
import type { MemberOutputs } from './data';
import type { NetworkOutputs } from './network';
import type { Artifacts } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';
import type { RegionalStackProps } from './private/regional';

export interface MigrationProps extends RegionalStackProps {
  /** What the Region's network stack offers. */
  readonly network: NetworkOutputs;
  /** This Region's clusters. */
  readonly members: readonly MemberOutputs[];
  /** What is built before constructs run. */
  readonly artifacts: Pick<Artifacts, 'migrate'>;
}

/** Registers a Region's clusters in the topology document and migrates the schemas that live there. */
export class Migration extends MeridianStack {
  public constructor(scope: Construct, id: string, props: MigrationProps) {
    const { deployment, region, network, artifacts } = props;
    super(scope, id, {
      deployment,
      kind: 'migration',
      region: region.name,
      regional: true,
      stateful: false,
      description: `${deployment.name}: schema migrations in ${region.name}`,
    });
    const clusters = Object.fromEntries(
      props.members.map(({ store, shard, writer, reader, direct }) => [
        `${store}.${shard}`,
        {
          ...{ writer, reader, masterSecret: this.names.masterSecret(store, shard) },
          ...(direct !== undefined && { direct }),
        },
      ]),
    );
    new MigrationRunner(this, 'Runner', {
      deployment,
      region: region.name,
      bundle: artifacts.migrate,
      vpc: network.vpc,
      securityGroup: network.migrationGroup,
      clusters,
    });
  }
}
