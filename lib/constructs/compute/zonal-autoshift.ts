import { CfnZonalAutoshiftConfiguration } from 'aws-cdk-lib/aws-arczonalshift';
import { Construct } from 'constructs';

export interface ZonalAutoshiftProps {
  /** ARN of a load balancer that allows zonal shift. */
  readonly resourceArn: string;
  /** ARN of an alarm that rings when users suffer; it ends a practice run, and fails it. */
  readonly outcomeAlarm: string;
}

/**
 * Lets AWS move a load balancer's traffic away from a zone that is impaired, and move it away for half
 * an hour every week for practice: who has never lost a zone does not know whether two are enough.
 * The fewest servers are computed for the loss of a zone, so nothing has to be had in that moment.
 *
 * Costs nothing. The shift itself is AWS's decision; `zonal shift` by hand needs no such resource.
 * @see https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-autoshift.html
 */
export class ZonalAutoshift extends Construct {
  public constructor(scope: Construct, id: string, props: ZonalAutoshiftProps) {
    super(scope, id);
    new CfnZonalAutoshiftConfiguration(this, 'Resource', {
      resourceIdentifier: props.resourceArn,
      zonalAutoshiftStatus: 'ENABLED',
      practiceRunConfiguration: {
        outcomeAlarms: [{ type: 'CLOUDWATCH', alarmIdentifier: props.outcomeAlarm }],
      },
    });
  }
}
