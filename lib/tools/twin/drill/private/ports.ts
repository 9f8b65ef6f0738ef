import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ports, Steering } from '../../../operations/failover';
import { httpFencer } from '../../../operations/failover';
import type { ControlClient } from './control';
import { StreamingDatabases } from './databases';
import { DrillRefused } from './refused';
import type { World } from './world';
import { regionOf } from './world';

/** An order to close that is not answered so soon is not answered, in milliseconds. */
const ORDER_MS = 2_000;

/**
 * What `operations/failover` acts on, in this twin. Whoever carries it out works in `operator`, a
 * Region that is not the one that is hit, and reaches the others over the link.
 */
export function failoverPorts(
  world: World,
  control: ControlClient,
  { operator, lost }: { readonly operator: string; readonly lost: string },
): Ports {
  const { link } = world.parts;
  return {
    control,
    databases: new StreamingDatabases(world, control, lost),
    fencer: httpFencer({
      from: operator,
      url: (region) => {
        const { address, port } = link.via(operator, regionOf(world, region).gateway);
        return `http://${address}:${port}`;
      },
      signingSecret: world.signingSecret,
      originSecret: world.origin.headers['x-origin-verify'] ?? '',
      timeoutMs: ORDER_MS,
    }),
    steering: switchSteering(world),
    clock: { now: () => performance.now(), sleep: (ms) => sleep(ms) },
  };
}

/** The Region's switch: an object in another Region's bucket, as the runbook has it. */
function switchSteering(world: World): Steering {
  return {
    drain: async (region) => {
      const path = switchOf(world, region);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, '');
    },
  };
}

/** File of the object whose existence takes a Region out of traffic. @throws DrillRefused */
export function switchOf({ parts }: World, region: string): string {
  const key = parts.regions.find(({ plan }) => plan.name === region)?.healthCheck;
  const checks = parts.plan.healthChecks;
  const check = checks.find((it) => it.key === key);
  const children = check?.kind === 'calculated' ? check.children : [];
  const found = checks.find((it) => children.includes(it.key) && it.inverted);
  const bucket =
    found?.kind === 'endpoint' ? /^(.+)\.s3\.[a-z0-9-]+\./.exec(found.host)?.[1] : undefined;
  if (found?.kind !== 'endpoint' || bucket === undefined) {
    throw new DrillRefused(`${region} has no switch`, 'drill Regions that DNS can leave');
  }
  return join(parts.buckets, bucket, new URL(found.url).pathname);
}

/** Seconds that a Region's own endpoint has to fail until DNS leaves it, as configured. */
export function detectionSeconds({ parts }: World, region: string): number {
  const key = parts.regions.find(({ plan }) => plan.name === region)?.healthCheck;
  const check = parts.plan.healthChecks.find((it) => it.key === key);
  const children = check?.kind === 'calculated' ? check.children : [key];
  const endpoints = parts.plan.healthChecks.flatMap((it) =>
    it.kind === 'endpoint' && !it.inverted && children.includes(it.key) ? [it] : [],
  );
  return Math.max(0, ...endpoints.map((it) => it.intervalSeconds * it.failureThreshold));
}
