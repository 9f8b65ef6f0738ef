import { Duration } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { LoggedFunction } from '../../compute';
import type { WorkFunctionProps } from '../queue-consumer';

interface Size {
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
}

/** The function of a consumer or a job, in the service's network. */
export function workFunction(
  scope: Construct,
  props: WorkFunctionProps,
  { memoryMiB, timeoutSeconds }: Size,
): LoggedFunction {
  const { description, bundle, environment, statements, vpc, securityGroup } = props;
  return new LoggedFunction(scope, 'Code', {
    ...{ description, environment, statements, memoryMiB },
    code: Code.fromAsset(bundle),
    timeout: Duration.seconds(timeoutSeconds),
    network: { vpc, securityGroup },
  });
}
