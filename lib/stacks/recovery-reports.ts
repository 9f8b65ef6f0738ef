import type { Construct } from 'constructs';
import type { Recovery } from '../config';
import { ReportBucket } from '../constructs/storage';
import type { MeridianStackProps } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';

export interface RecoveryReportsProps extends MeridianStackProps {
  /** The declared recovery. */
  readonly recovery: Pick<Recovery, 'region'>;
}

/** Where reports of Region switch plans are kept, apart from the plans, which hold no data. */
export class RecoveryReports extends MeridianStack {
  public constructor(scope: Construct, id: string, props: RecoveryReportsProps) {
    const { deployment, recovery } = props;
    super(scope, id, {
      deployment,
      kind: 'recovery-reports',
      region: recovery.region,
      regional: false,
      stateful: true,
      description: `${deployment.name}: reports of Region switch plans`,
    });
    new ReportBucket(this, 'Reports', {
      bucketName: this.names.bucket('reports', recovery.region),
      protection: deployment.protection,
    });
  }
}
