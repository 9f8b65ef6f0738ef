import { Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BindingWriter } from '../constructs/binding';
import type { Artifacts, MeridianStackProps } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';

export interface ProxySecretsProps extends MeridianStackProps {
  /** ARNs in the birth Region: of the domains' secrets in their order, then of the users left. */
  readonly secretArns: readonly string[];
  /** What is built before constructs run. */
  readonly artifacts: Pick<Artifacts, 'handlers'>;
}

/** Tells every Region's proxies the ARNs of secrets: Secrets Manager ends them with letters of its own. */
export class ProxySecrets extends MeridianStack {
  public constructor(scope: Construct, id: string, props: ProxySecretsProps) {
    const { deployment, secretArns, artifacts } = props;
    super(scope, id, {
      deployment,
      kind: 'proxy-secrets',
      region: deployment.birthRegion,
      regional: false,
      stateful: false,
      description: `${deployment.name}: which secrets proxies read`,
    });
    new BindingWriter(this, 'Arns', {
      deployment,
      binding: { kind: 'domain-secrets' },
      value: Fn.join(',', [...secretArns]),
      handler: artifacts.handlers.binding,
    });
  }
}
