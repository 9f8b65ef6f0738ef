import {
  BALANCER_HEALTH_SECONDS,
  DECISION_SECONDS,
  LEASE_SECONDS,
  PROMOTION_SECONDS,
} from '../../../config';
import type { AssemblyResource } from '../../assembly';
import { globalDatabasesOf } from './databases';
import { checkTree, checkType, recordsOf } from './routing';
import type { DnsRecord } from './routing';
import { shardMapsOf } from './shard-map';
import type { View } from './view';
import { workloadsOf } from './workloads';

/** Seconds that an alias lives in resolvers; Route 53 sets it for load balancers. */
const ALIAS_TTL = 60;
/** Lease of the sample workload where its environment has none, and the longest that it accepts. */
const LEASE_MS = { usual: LEASE_SECONDS * 1_000, most: 60_000 } as const;

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
      // Without a check the load balancer's own health decides.
      const detectSeconds = asking?.seconds ?? BALANCER_HEALTH_SECONDS;
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

/** The way from the loss of a Region to users who write again, in seconds. */
export interface FailoverClock {
  readonly detectSeconds: number;
  readonly decideSeconds: number;
  /** After which nobody writes by the old topology document; 0 where there is none. */
  readonly leaseSeconds: number;
  /** 0 where nothing has to be promoted. */
  readonly promoteSeconds: number;
  /** Until the last answer of DNS that names the lost Region has ended; 0 where it has by then. */
  readonly clientSeconds: number;
  /** All of them. */
  readonly totalSeconds: number;
}

/** The clock of a Region that is lost with all that it writes, or of its databases alone. */
export function failoverClock(view: View, region: string | undefined): FailoverClock {
  const clock = view.once(clocksOf).find(({ record }) => record.region === region);
  const [detectSeconds, steerSeconds] = [clock?.detectSeconds ?? 0, clock?.steerSeconds ?? 0];
  const { objectives } = view.intent;
  const promotes = view.once(globalDatabasesOf).length > 0;
  const decideSeconds = objectives?.decisionSeconds ?? DECISION_SECONDS;
  const leaseSeconds = view.once(shardMapsOf).length > 0 ? leaseOf(view, region) : 0;
  const promoteSeconds = promotes ? (objectives?.promotionSeconds ?? PROMOTION_SECONDS) : 0;
  const written = detectSeconds + decideSeconds + leaseSeconds + promoteSeconds;
  const clientSeconds = Math.max(0, steerSeconds - written);
  return {
    ...{ detectSeconds, decideSeconds, leaseSeconds, promoteSeconds, clientSeconds },
    totalSeconds: written + clientSeconds,
  };
}

/** The longest lease that a workload of the Region holds, in seconds. */
function leaseOf(view: View, region: string | undefined): number {
  const declared = workloadsOf(view)
    .filter(({ stack, type }) => stack.region === region && type === 'AWS::Lambda::Function')
    .flatMap((it) => Number(view.text(it, 'Environment.Variables.LEASE_MS') ?? NaN))
    .filter((it) => Number.isFinite(it));
  const longest = declared.length > 0 ? Math.max(...declared) : LEASE_MS.usual;
  return Math.min(longest, LEASE_MS.most) / 1000;
}
