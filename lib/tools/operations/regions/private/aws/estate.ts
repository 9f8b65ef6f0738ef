import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from '../../../../../config';
import { LEASE_SECONDS, Names, storesOf } from '../../../../../config';
import type { Estate } from '../../model';
import { ControlTable, controlOf } from '../control';
import { AuroraDatabases } from './databases';
import { serversFencer } from './fencer';
import { RegionHealth } from './health';
import { Lags } from './lags';
import { QueueDepths } from './queues';
import { s3Switches } from './switches';

export interface AwsOptions {
  /** Pause between two looks at a promotion, in milliseconds. @default 5000 */
  readonly lookMs?: number;
  /** Whether buckets are named in the path, as stand-ins of S3 want it. @default false */
  readonly pathStyle?: boolean;
  /** @default that of the workload */
  readonly leaseMs?: number;
}

/** A deployment at AWS. Nothing is asked before it is needed; credentials are the environment's. */
export function awsEstate(deployment: Deployment, options: AwsOptions = {}): Estate {
  const names = new Names(deployment);
  const table = new ControlTable(
    deployment.controlRegions.map((region) => ({ region })),
    names.table('topology'),
  );
  const lags = new Lags();
  const databases = new AuroraDatabases(deployment, lags, options.lookMs);
  const fencer = serversFencer(deployment);
  const health = new RegionHealth(deployment);
  const depths = new QueueDepths(deployment);
  const switches = s3Switches(deployment, options.pathStyle === true);
  const domainsOf = (store: string) =>
    deployment.domains.filter((it) => it.store === store).map(({ name }) => name);
  return {
    of: { kind: 'aws', name: deployment.name },
    regions: deployment.regions.map(({ name }) => name),
    stores: Object.fromEntries(
      storesOf(deployment, 'aurora').map(({ name }) => [name, domainsOf(name)]),
    ),
    // Servers are sized for the loss of one (lib/config/capacity.ts).
    borneLosses: deployment.regions.length > 1 ? 1 : 0,
    leaseMs: options.leaseMs ?? LEASE_SECONDS * 1_000,
    control: controlOf(table),
    ...{ databases, fencer, switches },
    queues: (region) => depths.of(region),
    answers: (region) => health.answers(region),
    clock: { now: () => performance.now(), sleep: (ms) => sleep(ms) },
    close: () => {
      for (const it of [table, lags, databases, depths, health, switches]) it.close();
      fencer.end();
    },
  };
}
