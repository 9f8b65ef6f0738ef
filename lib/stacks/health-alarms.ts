import type { Construct } from 'constructs';
import { BindingReader } from '../constructs/binding';
import {
  AlarmTopic,
  CompositeAlarms,
  Dashboard,
  REGION_ALARMS,
  RunbookAlarms,
  alarmName,
  globalAlarms,
  regionAlarms,
} from '../constructs/observability';
import type { Deployment, RegionName } from '../config';
import type { CompositeAlarm, RunbookAlarm } from '../constructs/observability';
import type { MeridianStackProps } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';
import { namedLines } from './private/named-alarms';
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
      new AlarmTopic(this, 'Topic', {
        ...{ topicName, topicArn, account, keyAlias: names.keyAlias() },
        budgets: deployment.observability.budget !== undefined,
      });
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
    if (deployment.observability.dashboards) this.dashboard(deployment, whole, alarms);
  }

  private dashboard(
    deployment: Deployment,
    whole: readonly CompositeAlarm[],
    each: readonly RunbookAlarm[],
  ): void {
    const { edgeRegion, regions, name } = deployment;
    const { names } = this;
    const arn = (region: RegionName, alarm: Pick<RunbookAlarm, 'entry' | 'subject'>): string =>
      names.alarmArn(alarmName(name, alarm), region);
    const judged = deployment.services.length === 0 ? [] : REGION_ALARMS;
    new Dashboard(this, 'Dashboard', {
      ...{ dashboardName: names.dashboard('all'), region: edgeRegion },
      about: `${name}: all Regions`,
      alarmArns: [
        ...[...whole, ...each].map((alarm) => arn(edgeRegion, alarm)),
        ...regions.flatMap((it) => judged.map((entry) => arn(it.name, { entry }))),
      ],
      lines: [
        ...each.map((alarm) => ({ alarm, region: edgeRegion, label: alarm.subject ?? '' })),
        ...regions.flatMap((region) => namedLines(deployment, region.name)),
      ],
    });
  }
}
