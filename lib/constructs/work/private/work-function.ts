import { Duration } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { LoggedFunctionProps } from '../../compute';
import type { WorkFunctionProps } from '../queue-consumer';

interface Size {
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
}

/** What the function of a consumer or a job is made of, in the service's network. */
export function workFunction(
  props: WorkFunctionProps,
  { memoryMiB, timeoutSeconds }: Size,
): LoggedFunctionProps {
  const {
    description,
    bundle,
    environment,
    statements,
    vpc,
    securityGroup,
    traced = false,
  } = props;
  return {
    ...{ description, environment, statements, memoryMiB, traced },
    code: Code.fromAsset(bundle),
    timeout: Duration.seconds(timeoutSeconds),
    network: { vpc, securityGroup },
  };
}
