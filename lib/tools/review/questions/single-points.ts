import type { View } from '../private/view';
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
  /** Losses tried: every Region, zone and resource. */
  readonly tried: number;
  /** Objective that is exceeded, seconds. */
  readonly rtoSeconds: number;
  /** The worst first. */
  readonly points: readonly SinglePoint[];
}

/** Where nobody declared one. */
const DEFAULT_RTO = 300;

/** Tries the loss of every Region, zone and resource, and ranks what lasts too long by users. */
export function singlePoints(view: View): SinglePointReport {
  const rtoSeconds = view.intent.objectives?.rtoSeconds ?? DEFAULT_RTO;
  const losses = everyLoss(view);
  const points = losses.flatMap(([text, loss]) => {
    const bad = lose(view, loss, text).effects.filter(
      ({ seconds, endedBy, share }) =>
        share > 0 && (endedBy === 'repair' || (seconds ?? Infinity) > rtoSeconds),
    );
    const [worst] = [...bad].sort((one, other) => other.share - one.share);
    if (worst === undefined) return [];
    const { share, operations, seconds, endedBy, why } = worst;
    return [{ lost: text, share, operations, seconds, endedBy, why }];
  });
  points.sort(
    (one, other) =>
      other.share - one.share || (other.seconds ?? Infinity) - (one.seconds ?? Infinity) || 0,
  );
  return { schemaVersion: 1, tried: losses.length, rtoSeconds, points };
}

function everyLoss(view: View): readonly (readonly [string, Loss])[] {
  const regions = [...new Set(view.all().map(({ stack }) => stack.region))];
  const zones = [
    ...new Set(
      view.all('AWS::EC2::Subnet').flatMap((it) => view.text(it, 'AvailabilityZone') ?? []),
    ),
  ];
  return [
    ...regions.map((region) => [`region:${region}`, { kind: 'region', region }] as const),
    ...zones.map(
      (zone) => [`az:${zone}`, { kind: 'az', zone, region: zone.replace(/[a-z]$/, '') }] as const,
    ),
    ...view.all().map(({ key }) => [`resource:${key}`, { kind: 'resource', key }] as const),
  ];
}
