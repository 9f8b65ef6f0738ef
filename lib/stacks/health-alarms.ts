import type { Construct } from 'constructs';
import { BindingReader } from '../constructs/binding';
import {
  AlarmTopic,
  CompositeAlarms,
  RunbookAlarms,
  globalAlarms,
  regionAlarms,
} from '../constructs/observability';
import type { MeridianStackProps } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';
import { pascalCase } from './private/pascal-case';

/** Alarms about Regions as a whole, in the one place where Route 53 reports. */
export class HealthAlarms extends MeridianStack {
  public constructor(scope: Construct, id: string, { deployment }: MeridianStackProps) {
    super(scope, id, {
      deployment,
      kind: 'health-alarms',
      region: deployment.edgeRegion,
      regional: false,
      stateful: false,
      description: `${deployment.name}: alarms about Regions`,
    });
    const { names } = this;
    const { account, edgeRegion, regions } = deployment;
    const topicArn = names.alarmTopicArn(edgeRegion);
    // A Region that serves has its topic already.
    if (!regions.some(({ name }) => name === edgeRegion)) {
      const topicName = names.alarmTopic();
      new AlarmTopic(this, 'Topic', { topicName, topicArn, account, keyAlias: names.keyAlias() });
    }
    const watched = regions.map(({ name: region }) => {
      const binding = { kind: 'health-check', producer: region } as const;
      const reader = new BindingReader(this, `Check${pascalCase(region)}`, { deployment, binding });
      return { region, healthCheckId: reader.value };
    });
    const alarms = regionAlarms(watched);
    const prefix = deployment.name;
    const over = new RunbookAlarms(this, 'Watch', { prefix, topicArn, alarms });
    const whole = globalAlarms(prefix, alarms);
    new CompositeAlarms(this, 'Whole', { prefix, topicArn, over, alarms: whole });
  }
}
