import { access, rm } from 'node:fs/promises';
import type { Fencer } from '../../../operations/failover';
import type { QueueDepth } from '../../queues';
import type { RunningParts } from '../../run';
import { ControlClient, estateOf, failoverPorts, leaseOf, switchOf } from '../../drill';
import type { World } from '../../drill';
import type { Call, DeskFacts, LinkCall, SentMember } from '../model';
import { storesOf } from './stores';

/** Answers one call. @throws Error whose message is for people, where it cannot */
export function operationsDesk(
  parts: RunningParts,
): (call: Exclude<Call, LinkCall>) => Promise<unknown> {
  const world = estateOf(parts);
  const control = new ControlClient(parts.control, world.topologyTable);
  // A handover under way is waited for: whoever asks second finds it done.
  let handover: Promise<unknown> = Promise.resolve();
  const portsAgainst = (region: string) => {
    const others = world.regions.map(({ name }) => name).filter((name) => name !== region);
    return failoverPorts(world, control, { operator: others.at(-1) ?? region, lost: region });
  };
  return async (call) => {
    switch (call.call) {
      case 'facts':
        return factsOf(world);
      case 'survey':
        return sent(await portsAgainst('').databases.survey(call.shard));
      case 'promote': {
        const { databases } = portsAgainst('');
        const mine = handover
          .catch(() => undefined)
          .then(() => databases.promote(call.shard, known(world, call.region), call.how));
        handover = mine;
        await mine;
        return null;
      }
      case 'queues':
        return await queuesOf(world, call.region);
      case 'close':
        return closeBy(portsAgainst(call.region).fencer, call);
      default:
        return traffic(world, call);
    }
  };
}

/** @throws Error where the process that keeps them does not tell */
async function queuesOf(world: World, region: string) {
  known(world, region);
  const running = world.parts.regions.find(({ plan }) => plan.name === region);
  const depths = (await running?.tables.ask('queues')) as Readonly<Record<string, QueueDepth>>;
  return Object.fromEntries(
    Object.entries(depths).map(([name, { visible, ageMs }]) => [
      name,
      { waiting: visible, oldestSeconds: visible === 0 ? null : ageMs / 1_000 },
    ]),
  );
}

function closeBy(fencer: Fencer, call: Extract<Call, { call: 'close' }>): Promise<boolean> {
  return fencer.close(call.shard, call.region, call.epoch);
}

async function traffic(
  world: World,
  {
    call,
    region,
  }: Extract<Call, { region: string; call: 'drain' | 'drained' | 'restore' | 'answers' }>,
): Promise<unknown> {
  known(world, region);
  const object = switchOf(world, region);
  switch (call) {
    case 'drain':
      await failoverPorts(world, new ControlClient(world.parts.control, world.topologyTable), {
        ...{ operator: region, lost: region },
      }).steering.drain(region);
      return null;
    case 'restore':
      await rm(object, { force: true });
      return null;
    case 'drained':
      return exists(object);
    default:
      return answers(world, region);
  }
}

/** Its own endpoint's check, apart from its switch. @throws Error where no check has answered */
function answers({ parts }: World, region: string): boolean {
  const key = parts.regions.find(({ plan }) => plan.name === region)?.healthCheck;
  const check = parts.plan.healthChecks.find((it) => it.key === key);
  const children = check?.kind === 'calculated' ? check.children : [key];
  const own = parts.plan.healthChecks.filter(
    (it) => children.includes(it.key) && !(it.kind === 'endpoint' && it.inverted),
  );
  const states = own.map((it) => parts.checks.state(it.key));
  if (states.length === 0 || states.includes(undefined)) throw new Error('no check has answered');
  return states.every((state) => state === true);
}

function factsOf(world: World): DeskFacts {
  return {
    regions: world.regions.map(({ name }) => name),
    stores: storesOf(world.parts.regions.flatMap(({ plan }) => plan.migrations)),
    control: world.parts.control,
    topologyTable: world.topologyTable,
    leaseMs: leaseOf(world),
  };
}

function known({ regions }: World, region: string): string {
  if (regions.some(({ name }) => name === region)) return region;
  const names = regions.map(({ name }) => name).join(', ');
  throw new Error(`the twin has the Regions ${names}, got: ${region}`);
}

function sent(members: readonly Parameters<typeof toSent>[0][]): readonly SentMember[] {
  return members.map(toSent);
}

function toSent(member: Omit<SentMember, 'position'> & { readonly position: bigint }): SentMember {
  return { ...member, position: String(member.position) };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
