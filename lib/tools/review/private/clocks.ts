import type { AssemblyResource } from '../../assembly';
import { globalDatabasesOf } from './databases';
import { checkTree, checkType, recordsOf } from './routing';
import type { DnsRecord } from './routing';
import type { View } from './view';

/** Seconds that an alias lives in resolvers; Route 53 sets it for load balancers. */
const ALIAS_TTL = 60;
/** Promotion of a secondary, after somebody has decided; AWS says "in the order of minutes". */
export const PROMOTION_SECONDS = 60;

/** How long users of a record go on being sent to a Region that has failed. */
export interface Clock {
  readonly record: DnsRecord;
  /** Slowest check that takes the record out; undefined where none does. */
  readonly check: AssemblyResource | undefined;
  /** Interval × threshold. */
  readonly detectSeconds: number;
  readonly ttlSeconds: number;
  /** Until users are elsewhere. */
  readonly steerSeconds: number;
}

/** One clock for each steered record that names a Region. */
export const clocksOf = (view: View): readonly Clock[] =>
  view
    .once(recordsOf)
    .filter(({ policy, region }) => policy !== 'simple' && region !== undefined)
    .map((record) => {
      const checks = record.healthCheck === undefined ? [] : checkTree(view, record.healthCheck);
      const asking = checks
        .filter((it) => checkType(view, it) !== 'CALCULATED')
        .filter((it) => view.flag(it, 'HealthCheckConfig.Inverted') !== true)
        .map((check) => ({ check, seconds: detection(view, check) }))
        .sort((one, other) => other.seconds - one.seconds)[0];
      // Without a check the load balancer's own health decides, within its threshold of 30 s.
      const detectSeconds = asking?.seconds ?? 30;
      const ttlSeconds = record.ttl ?? ALIAS_TTL;
      return {
        record,
        check: asking?.check,
        detectSeconds,
        ttlSeconds,
        steerSeconds: detectSeconds + ttlSeconds,
      };
    });

function detection(view: View, check: AssemblyResource): number {
  const interval = view.number(check, 'HealthCheckConfig.RequestInterval') ?? 30;
  return interval * (view.number(check, 'HealthCheckConfig.FailureThreshold') ?? 3);
}

/** Seconds that promoting takes, once decided; 0 where nothing has to be promoted. */
export function promotionSeconds(view: View): number {
  return view.once(globalDatabasesOf).length > 0 ? PROMOTION_SECONDS : 0;
}
