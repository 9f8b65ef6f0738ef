import type { Construct } from 'constructs';
import type { Server } from '../config';
import { GlobalTable } from '../constructs/database';
import { DataVolume } from '../constructs/server';
import { MeridianStack } from './private/meridian-stack';
import type { RegionalStackProps } from './private/regional';

export interface VolumeProps extends RegionalStackProps {
  /** The one server. */
  readonly server: Server;
}

/** All that the one server must not lose. */
export class Volume extends MeridianStack {
  /** Id of the data volume. */
  public readonly volumeId: string;
  /** The zone that it stands in. */
  public readonly zone: string;

  public constructor(scope: Construct, id: string, props: VolumeProps) {
    const { deployment, region, server } = props;
    super(scope, id, {
      deployment,
      kind: 'volume',
      region: region.name,
      regional: true,
      stateful: true,
      description: `${deployment.name}: data of the one server in ${region.name}`,
    });
    const [zone] = region.zones;
    if (zone === undefined) throw new RangeError('`zones` must have a zone, got: none');
    this.zone = zone;
    this.volumeId = new DataVolume(this, 'Data', {
      volumeName: this.stackName,
      zone,
      keyArn: this.names.keyAliasArn(region.name),
      server,
      protection: deployment.protection,
    }).volumeId;
    // Apart from the control table: the next stage registers its own databases there, while this
    // server still serves from its own.
    new GlobalTable(this, 'Topology', {
      deployment,
      kind: 'server-topology',
      shape: { partitionKey: 'id' },
      regions: [region.name],
    });
  }
}
