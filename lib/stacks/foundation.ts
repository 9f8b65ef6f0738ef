import type { Construct } from 'constructs';
import { DataKey } from '../constructs/security';
import { SiteBucket, SwitchBucket } from '../constructs/storage';
import { MeridianStack } from './private/meridian-stack';
import type { RegionalStackProps } from './private/regional';

/** What all else in a Region is encrypted with or served from: data key, site bucket, switch bucket. */
export class Foundation extends MeridianStack {
  public constructor(scope: Construct, id: string, props: RegionalStackProps) {
    const { deployment, region } = props;
    super(scope, id, {
      deployment,
      kind: 'foundation',
      region: region.name,
      regional: true,
      stateful: true,
      description: `${deployment.name}: data key and buckets of ${region.name}`,
    });
    const { account, protection } = deployment;
    new DataKey(this, 'DataKey', { aliasName: this.names.keyAlias(), protection });
    new SiteBucket(this, 'Site', {
      bucketName: this.names.bucket('site', region.name),
      account,
      protection,
    });
    new SwitchBucket(this, 'Switch', {
      bucketName: this.names.bucket('switch', region.name),
      protection,
    });
  }
}
