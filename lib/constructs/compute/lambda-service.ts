import { Duration } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Deployment, RegionName, Service } from '../../config';
import { LoggedFunction } from './logged-function';
import { serviceStatements } from './private/service-statements';
import { DATABASE_CERTIFICATES, workloadEnvironment } from './workload-environment';

export interface LambdaServiceProps {
  /** The resolved declaration. */
  readonly deployment: Deployment;
  /** Region of the stack. */
  readonly region: RegionName;
  /** The declared service. */
  readonly service: Service;
  /** Directory with the service's `index.mjs`. */
  readonly bundle: string;
  /** The Region's network. */
  readonly vpc: IVpc;
  /** Group that the databases admit. */
  readonly securityGroup: ISecurityGroup;
  /** Address of the Region's cache, `rediss://host:port`. @default none */
  readonly cacheEndpoint?: string;
}

/**
 * The service as a Lambda function in the private subnets: it grows with the load by itself and costs
 * nothing while idle. It reads and writes its own Region's tables and databases only; what it needs of
 * other Regions it asks for over HTTPS. The topology document alone is read from the control Regions,
 * of which any one is enough.
 */
export class LambdaService extends Construct {
  /** The function. */
  public readonly function: IFunction;

  public constructor(scope: Construct, id: string, props: LambdaServiceProps) {
    super(scope, id);
    const { deployment, region, service, vpc, securityGroup } = props;
    const workload = workloadEnvironment(deployment, region, props.cacheEndpoint);
    const code = new LoggedFunction(this, 'Code', {
      description: `${deployment.name} ${service.name} in ${region}`,
      code: Code.fromAsset(props.bundle, { exclude: ['server.mjs'] }),
      // Below the load balancer's idle timeout of 60 s, so that the caller hears of it.
      timeout: Duration.seconds(30),
      memoryMiB: service.memoryMiB,
      environment: { ...service.environment, ...DATABASE_CERTIFICATES, ...workload },
      statements: serviceStatements(deployment, region),
      network: { vpc, securityGroup },
    });
    this.function = code.function;
  }
}
