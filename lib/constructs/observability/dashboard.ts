import { Stack } from 'aws-cdk-lib';
import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { RegionName } from '../../config';
import { panelWidget } from './dashboard-panels';
import type { PanelLine, Widget } from './dashboard-panels';
import { TOPICS } from './dashboard-topics';

export interface DashboardProps {
  /** Unique in the account: dashboards are of no Region. */
  readonly dashboardName: string;
  /** Region of the stack, in which metrics are looked for that name none. */
  readonly region: RegionName;
  /** What it is of, in a sentence. */
  readonly about: string;
  /** ARNs of alarms whose state stands at its head; at most 100. */
  readonly alarmArns: readonly string[];
  /** What alarms watch: each kind becomes a graph, with the threshold in it. */
  readonly lines: readonly PanelLine[];
}

/** CloudWatch's grid. */
const COLUMNS = 24;
const IN_A_ROW = 3;
const MOST_ALARMS = 100;
const HEIGHT = { title: 1, alarms: 4, graph: 6 } as const;

interface Placed extends Widget {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Shows what alarms watch, in the order of a request's way, each graph with the line at which its alarm
 * rings: a graph without data is an alarm without data. Costs 3 USD a month.
 *
 * @throws RangeError for a kind of alarm that no topic has a graph for
 */
export class Dashboard extends Construct {
  public constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const { dashboardName, lines } = props;
    const known = new Set(TOPICS.flatMap(({ panels }) => Object.keys(panels)));
    const unknown = lines.find(({ alarm }) => !known.has(alarm.entry));
    if (unknown !== undefined) throw new RangeError(`there is no graph of ${unknown.alarm.entry}`);
    new CfnDashboard(this, 'Resource', {
      dashboardName,
      dashboardBody: Stack.of(this).toJsonString({ start: '-PT3H', widgets: widgetsOf(props) }),
    });
  }
}

function widgetsOf({ about, alarmArns, lines, region }: DashboardProps): readonly Placed[] {
  const page = new Page();
  page.row(HEIGHT.title, [text(`# ${about}`)]);
  page.row(HEIGHT.alarms, [
    {
      type: 'alarm',
      properties: { title: 'Alarms', alarms: alarmArns.slice(0, MOST_ALARMS) },
    },
  ]);
  for (const { title, panels } of TOPICS) {
    const graphs = Object.entries(panels).flatMap(([entry, name]) => {
      const own = lines.filter(({ alarm }) => alarm.entry === entry);
      return own.length === 0 ? [] : [panelWidget({ title: name, lines: own }, region)];
    });
    if (graphs.length === 0) continue;
    page.row(HEIGHT.title, [text(`## ${title}`)]);
    for (let at = 0; at < graphs.length; at += IN_A_ROW)
      page.row(HEIGHT.graph, graphs.slice(at, at + IN_A_ROW), Math.min(IN_A_ROW, graphs.length));
  }
  return page.placed;
}

const text = (markdown: string): Widget => ({
  type: 'text',
  properties: { markdown, background: 'transparent' },
});

/** Places rows below one another. */
class Page {
  public readonly placed: Placed[] = [];
  private y = 0;

  public row(height: number, widgets: readonly Widget[], columns = widgets.length): void {
    const width = Math.floor(COLUMNS / columns);
    widgets.forEach((widget, index) => {
      this.placed.push({ ...widget, x: index * width, y: this.y, width, height });
    });
    this.y += height;
  }
}
