import type { Construct } from 'constructs';
import { Canary } from '../constructs/canary';
import { RunbookAlarms } from '../constructs/observability';
import { readSecrets, useDataKey } from '../constructs/security';
import type { NetworkOutputs } from './network';
import { alarmsOfCanaries, canaryTargets } from './private/canary-targets';
import type { Artifacts } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';
import type { RegionalStackProps } from './private/regional';

export interface CanariesProps extends RegionalStackProps {
  /** What the Region's network stack offers. */
  readonly network: NetworkOutputs;
  /** What is built before constructs run. */
  readonly artifacts: Pick<Artifacts, 'handlers'>;
}

/**
 * A Region's canaries and their alarms. Last of all: what they ask must be there, or the first
 * deployment would ring them.
 */
export class Canaries extends MeridianStack {
  public constructor(scope: Construct, id: string, props: CanariesProps) {
    const { deployment, region, network, artifacts } = props;
    super(scope, id, {
      deployment,
      kind: 'canaries',
      region: region.name,
      regional: true,
      stateful: false,
      description: `${deployment.name}: canaries of ${region.name}`,
    });
    const { names } = this;
    const place = { deployment, region: region.name };
    new Canary(this, 'Canary', {
      scheduleName: names.canarySchedule(),
      account: deployment.account,
      vpc: network.vpc,
      targets: canaryTargets(deployment, region.name),
      namespace: names.canaryNamespace(),
      originSecret: names.originSecret(),
      secretStatements: [
        readSecrets(place, [names.originSecret()]),
        useDataKey(place, ['secretsmanager']),
      ],
      handler: artifacts.handlers.canary,
    });
    new RunbookAlarms(this, 'Watch', {
      prefix: deployment.name,
      topicArn: names.alarmTopicArn(region.name),
      alarms: alarmsOfCanaries(deployment, region.name),
    });
  }
}
