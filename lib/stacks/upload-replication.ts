import type { Construct } from 'constructs';
import { BucketReplication } from '../constructs/storage';
import type { Artifacts } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';
import type { RegionalStackProps } from './private/regional';

export interface UploadReplicationProps extends RegionalStackProps {
  /** What is built before constructs run. */
  readonly artifacts: Pick<Artifacts, 'handlers'>;
}

/** Where a Region's uploads are copied to, said once the buckets of all Regions are there. */
export class UploadReplication extends MeridianStack {
  public constructor(scope: Construct, id: string, props: UploadReplicationProps) {
    const { deployment, region, artifacts } = props;
    super(scope, id, {
      deployment,
      kind: 'upload-replication',
      region: region.name,
      regional: true,
      stateful: false,
      description: `${deployment.name}: copies of what is uploaded through ${region.name}`,
    });
    const others = deployment.regions.map(({ name }) => name).filter((it) => it !== region.name);
    new BucketReplication(this, 'Replication', {
      bucketName: this.names.bucket('uploads', region.name),
      account: deployment.account,
      destinations: others.map((name) => this.names.bucket('uploads', name)),
      ...(deployment.uploads?.encryption === 'kms' && {
        keys: {
          aliasName: this.names.keyAlias(),
          region: region.name,
          destinationRegions: others,
        },
      }),
      handler: artifacts.handlers.replication,
    });
  }
}
