import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Code, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { LambdaCompute } from '../../config';
import { LoggedFunction } from './logged-function';
import { FunctionRollout } from './private/function-rollout';
import { serviceStatements } from './private/service-statements';
import type { IServiceCompute, ServiceComputeProps } from './service-compute';
import { DATABASE_CERTIFICATES, workloadEnvironment } from './workload-environment';

export interface LambdaServiceProps extends ServiceComputeProps {
  /** Directory with the service's `index.mjs`. */
  readonly bundle: string;
}

/**
 * The service as a Lambda function in the private subnets: it grows with the load by itself and costs
 * nothing while idle. It reads and writes its own Region's tables and databases only; what it needs of
 * other Regions it asks for over HTTPS. The topology document alone is read from the control Regions,
 * of which any one is enough.
 */
export class LambdaService extends Construct implements IServiceCompute {
  /** As a declaration names it. */
  public readonly kind = 'lambda';
  /** Name by which CloudWatch knows it. */
  public readonly metricName: string;
  /** What serves: the function, or its name for the version that does. */
  public readonly target: IFunction;

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
      statements: serviceStatements(deployment, region, service.grants),
      network: { vpc, securityGroup },
      traced: deployment.observability.tracing !== undefined,
    });
    this.target = this.served(code.function, service.compute.lambda);
    this.metricName = code.function.functionName;
  }

  /** A name for the version that serves is needed only where instances are kept ready or parts sent. */
  private served(of: IFunction, declared: LambdaCompute | undefined): IFunction {
    const plain = declared?.provisioned === undefined && declared?.rollout === 'all-at-once';
    if (declared === undefined || plain || !(of instanceof LambdaFunction)) return of;
    return new FunctionRollout(this, 'Rollout', { function: of, of: declared }).alias;
  }
}
