import { everyReplicaRegion } from '../private/replicas';
import type { View } from '../private/view';
import { everyZone } from '../private/zones';
import { lose } from './lose';
import type { Effect, Loss } from './model';

/** One thing whose loss stops users for longer than the objective. */
export interface SinglePoint {
  readonly lost: string;
  /** Share of users who are stopped, 0 to 1. */
  readonly share: number;
  readonly operations: readonly string[];
  readonly seconds: number | null;
  readonly endedBy: Effect['endedBy'];
  readonly why: string;
}

/** Schema: docs/schemas/review-single-points.schema.json. */
export interface SinglePointReport {
  readonly schemaVersion: 1;
  /** Losses tried: every Region, zone, resource, and Region of tables. */
  readonly tried: number;
  /** Objective that is exceeded, seconds. */
  readonly rtoSeconds: number;
  /** The worst first. */
  readonly points: readonly SinglePoint[];
  /**
   * What stands once but everywhere: a hosted zone, a distribution, a table of several Regions. No zone
   * or Region takes it along; what is left is that somebody deletes it, or that all of AWS's service
   * fails, for which its agreement stands (`--sum`).
   */
  readonly everywhere: readonly SinglePoint[];
}

/** Where nobody declared one. */
const DEFAULT_RTO = 300;

/** Tries the loss of every Region, zone and resource, and ranks what lasts too long by users. */
export function singlePoints(view: View): SinglePointReport {
  const rtoSeconds = view.intent.objectives?.rtoSeconds ?? DEFAULT_RTO;
  const losses = everyLoss(view);
  const bad = losses.flatMap(([text, loss]) => {
    const effects = lose(view, loss, text).effects.filter(
      ({ seconds, endedBy, share }) =>
        share > 0 && (endedBy === 'repair' || (seconds ?? Infinity) > rtoSeconds),
    );
    const [worst] = [...effects].sort((one, other) => other.share - one.share);
    if (worst === undefined) return [];
    const { share, operations, seconds, endedBy, why } = worst;
    const point = { lost: text, share, operations, seconds, endedBy, why };
    return [{ point, isEverywhere: loss.kind === 'resource' && standsEverywhere(view, loss.key) }];
  });
  bad.sort(
    ({ point: one }, { point: other }) =>
      other.share - one.share || (other.seconds ?? Infinity) - (one.seconds ?? Infinity) || 0,
  );
  return {
    ...{ schemaVersion: 1, tried: losses.length, rtoSeconds },
    points: bad.flatMap(({ point, isEverywhere }) => (isEverywhere ? [] : [point])),
    everywhere: bad.flatMap(({ point, isEverywhere }) => (isEverywhere ? [point] : [])),
  };
}

/** Whether a resource has no place of its own that could be lost: its copies are losses themselves. */
function standsEverywhere(view: View, key: string): boolean {
  const resource = view.assembly.resource(key);
  if (resource === undefined) return false;
  if (/^AWS::(Route53::HostedZone|CloudFront::Distribution)$/.test(resource.type)) return true;
  return (
    resource.type === 'AWS::DynamoDB::GlobalTable' && view.list(resource, 'Replicas').length > 1
  );
}

function everyLoss(view: View): readonly (readonly [string, Loss])[] {
  const regions = [...new Set(view.all().map(({ stack }) => stack.region))];
  return [
    ...regions.map((region) => [`region:${region}`, { kind: 'region', region }] as const),
    ...everyZone(view).map(
      (zone) => [`az:${zone}`, { kind: 'az', zone, region: zone.replace(/[a-z]$/, '') }] as const,
    ),
    ...view.all().map(({ key }) => [`resource:${key}`, { kind: 'resource', key }] as const),
    ...[...everyReplicaRegion(view)]
      .sort()
      .map(
        (region) =>
          [`service:dynamodb@${region}`, { kind: 'service', service: 'dynamodb', region }] as const,
      ),
  ];
}
