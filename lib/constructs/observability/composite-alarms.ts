import { CfnCompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { RunbookAlarms } from './runbook-alarms';
import { ringRule } from './signals';
import type { RingsWhen, Signal } from './signals';

/** An alarm over alarms, and where the runbook says what to do. */
export interface CompositeAlarm {
  /** Anchor of the entry in docs/runbook.md; the name of the alarm. */
  readonly entry: string;
  /** What is the case when it rings, in one sentence. */
  readonly says: string;
  /** How its signals are taken together. */
  readonly when: RingsWhen;
  /** What it looks at: alarms of its own Region and account. */
  readonly signals: readonly Signal[];
}

export interface CompositeAlarmsProps {
  /** Prefix of the alarms' names. */
  readonly prefix: string;
  /** ARN of the topic that is told when an alarm rings and when it ends. */
  readonly topicArn: string;
  /** Those that are looked at. */
  readonly over: RunbookAlarms;
  /** The alarms; `entry` is unique. */
  readonly alarms: readonly CompositeAlarm[];
}

/** Of one rule, as CloudWatch counts them: alarms below, and characters. */
const MOST_ALARMS = 100;
const MOST_CHARACTERS = 10_240;

/**
 * Alarms over alarms: what is the case with a whole Region, or with all of them. Nothing suppresses what
 * they do (docs/adr/0050-a-region-is-judged-by-independent-signals.md). Each costs 0.50 USD a month.
 *
 * @throws RangeError where CloudWatch would refuse a rule for its size, or for an alarm that is not there
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
export class CompositeAlarms extends Construct {
  public constructor(scope: Construct, id: string, props: CompositeAlarmsProps) {
    super(scope, id);
    const { prefix, topicArn, over } = props;
    for (const { entry, says, when, signals } of props.alarms) {
      const below = new Set(signals.flatMap(({ alarms }) => alarms));
      const alarmRule = ringRule(when, signals);
      if (below.size > MOST_ALARMS || alarmRule.length > MOST_CHARACTERS) {
        throw new RangeError(
          `\`${entry}\` must look at ${MOST_ALARMS} alarms in ${MOST_CHARACTERS} characters at most, ` +
            `got: ${below.size} in ${alarmRule.length}`,
        );
      }
      const alarm = new CfnCompositeAlarm(this, entry, {
        alarmName: `${prefix}-${entry}`,
        alarmDescription: `${says} docs/runbook.md#${entry}`,
        alarmRule,
        alarmActions: [topicArn],
        okActions: [topicArn],
      });
      // What is looked at must be there.
      for (const name of below) alarm.node.addDependency(over.alarm(name));
    }
  }
}
