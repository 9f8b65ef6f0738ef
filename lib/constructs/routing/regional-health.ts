import { Duration } from 'aws-cdk-lib';
import type { HealthCheckProps, IHealthCheck } from 'aws-cdk-lib/aws-route53';
import { HealthCheck, HealthCheckType } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';

export interface RegionalHealthProps {
  /** The Region's own name; never the global one that the check steers. */
  readonly host: string;
  /** Path that answers 200 while the Region can serve. */
  readonly readyPath: string;
  /** Host of the bucket, in another Region, that holds this Region's switch. */
  readonly switchHost: string;
  /** Key of the object whose existence takes the Region out of traffic. */
  readonly switchKey: string;
}

/** A Region is out 30 s after it stopped to answer: three checks in a row, 10 s apart. */
const CADENCE: Pick<HealthCheckProps, 'type' | 'port' | 'requestInterval' | 'failureThreshold'> = {
  type: HealthCheckType.HTTPS,
  port: 443,
  requestInterval: Duration.seconds(10),
  failureThreshold: 3,
};

/**
 * Whether DNS may send users to a Region: its endpoint answers *and* nobody has drained it. The switch
 * is an object of a computed name in another Region, looked at upside down: it can be thrown while the
 * Region itself is down, by writing to S3, and asks for no change of DNS. If the switch's own Region
 * is lost, the object cannot be read and the Region stays in traffic.
 *
 * Costs about 2 USD a month for each of the two fast HTTPS checks beside their base price.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
 */
export class RegionalHealth extends Construct {
  /** Healthy while both are. */
  public readonly healthCheck: IHealthCheck;

  public constructor(scope: Construct, id: string, props: RegionalHealthProps) {
    super(scope, id);
    const endpoint = new HealthCheck(this, 'Endpoint', {
      ...CADENCE,
      fqdn: props.host,
      resourcePath: props.readyPath,
    });
    const drained = new HealthCheck(this, 'Switch', {
      ...CADENCE,
      fqdn: props.switchHost,
      resourcePath: `/${props.switchKey}`,
      inverted: true,
    });
    this.healthCheck = new HealthCheck(this, 'Serving', {
      type: HealthCheckType.CALCULATED,
      childHealthChecks: [endpoint, drained],
      healthThreshold: 2,
    });
  }
}
