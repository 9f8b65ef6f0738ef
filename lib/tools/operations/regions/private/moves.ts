import type { FailoverEvent, Topology } from '../../failover';
import { failOver, FailoverRefused, giveBack, planFailover, shardsHomedIn } from '../../failover';
import type { Estate, Plan, PlannedShard } from '../model';
import { Look, reasonOf } from './look';
import { capacityWarnings } from './traffic';

/** Told what is done, as it is done. */
export type Tell = (text: string) => void;

interface Wanted {
  readonly from: string;
  readonly shards: readonly string[];
  readonly to?: string;
}

/**
 * What it takes to empty a Region: users away from it, and everything that it writes to others.
 *
 * @throws FailoverRefused where a shard has nowhere to go, or the document cannot be read
 */
export async function planEvacuation(estate: Estate, region: string): Promise<Plan> {
  const look = new Look(estate);
  const [drained, capacity] = await Promise.all([
    look.ask(`traffic switch of ${region}`, () => estate.switches.isDrained(region)),
    look.capacity([region]),
  ]);
  const document = await estate.control.read();
  const shards = await planned(estate, { from: region, shards: shardsHomedIn(document, region) });
  return {
    operation: `evacuate ${region}`,
    steps: [
      ...(drained === true ? [] : [`take ${region} out of traffic by its switch`]),
      ...shards.map((it) => stepOf(it, estate.leaseMs)),
    ],
    shards,
    capacity,
    warnings: [
      ...capacityWarnings(capacity),
      ...shards.flatMap(lossOf),
      ...look.unknown.map(({ what, reason }) => `unknown: ${what} (${reason})`),
    ],
  };
}

/** @throws FailoverRefused where a writer does not answer: then it is an evacuation */
export async function planSwitchover(
  estate: Estate,
  names: readonly string[],
  to: string,
): Promise<Plan> {
  const look = new Look(estate);
  const document = await estate.control.read();
  const groups = byHome(document, names).filter(({ from }) => from !== to);
  const plans = await Promise.all(groups.map((group) => planned(estate, { ...group, to })));
  const shards = plans.flat();
  const lost = shards.filter(({ how }) => how === 'failover');
  if (lost.length > 0) {
    const { from, shard } = lost[0] ?? { from: '', shard: '' };
    throw new FailoverRefused(
      `the writer of ${shard} in ${from} does not answer, and a switchover loses nothing`,
      `bring it back, or \`meridian evacuate ${from}\``,
    );
  }
  return {
    operation: `switchover ${names.join(',')} to ${to}`,
    steps: shards.map((it) => stepOf(it, estate.leaseMs)),
    shards,
    capacity: await look.capacity(),
    warnings: look.unknown.map(({ what, reason }) => `unknown: ${what} (${reason})`),
  };
}

async function planned(estate: Estate, wanted: Wanted): Promise<readonly PlannedShard[]> {
  const { moves } = await planFailover(estate, wanted);
  return moves.map(({ shard, to, lagBytes, lagSeconds, ...copies }) => ({
    ...{ shard, from: wanted.from, to },
    how: copies.oldWriterAnswers || copies.writesAlready ? 'switchover' : 'failover',
    lagBytes: lagBytes === undefined ? null : Number(lagBytes),
    lagSeconds: lagSeconds ?? null,
  }));
}

function byHome(document: Topology, names: readonly string[]): readonly Wanted[] {
  const homes = new Set(names.flatMap((name) => document.shards[name]?.home ?? []));
  return [...homes].map((from) => ({ from, shards: shardsHomedIn(document, from, names) }));
}

function stepOf({ shard, from, to, how, ...lag }: PlannedShard, leaseMs: number): string {
  const behind =
    lag.lagBytes !== null
      ? `${lag.lagBytes} bytes behind`
      : lag.lagSeconds !== null
        ? `${lag.lagSeconds.toFixed(1)} s behind`
        : 'lag not known';
  return (
    `${how} of ${shard} from ${from} to ${to} (${behind}): fence, wait one lease of ` +
    `${(leaseMs / 1000).toFixed(1)} s, promote, name the new writer`
  );
}

function lossOf({ shard, from, how }: PlannedShard): readonly string[] {
  return how === 'switchover'
    ? []
    : [`the writer of ${shard} in ${from} does not answer: what has not reached the copy is lost`];
}

/** The plan of somebody who promotes by other means. */
export function fencesOnly(plan: Plan, leaseMs: number): Plan {
  const lease = (leaseMs / 1000).toFixed(1);
  const steps = plan.shards.map(
    ({ shard, from }) =>
      `fence ${shard} in ${from} and wait one lease of ${lease} s: nobody writes it then`,
  );
  return { ...plan, steps };
}

/** @throws FailoverRefused where it cannot go on safely; what was fenced is given back if it may be */
export async function carryOut(
  estate: Estate,
  { shards }: Plan,
  tell: Tell,
  fenceOnly = false,
): Promise<void> {
  const keys = [...new Set(shards.map(({ from, how, to }) => JSON.stringify([from, how, to])))];
  for (const key of keys) {
    const [from = '', how = '', to = ''] = JSON.parse(key) as string[];
    const names = shards
      .filter((it) => it.from === from && it.how === how && it.to === to)
      .map(({ shard }) => shard);
    const wanted = { from, shards: names, to, fenceOnly };
    await moveAll(estate, wanted, how === 'switchover', tell);
  }
}

async function moveAll(
  estate: Estate,
  { from, shards, to, fenceOnly }: Wanted & { readonly fenceOnly: boolean },
  isPlanned: boolean,
  tell: Tell,
): Promise<void> {
  try {
    await failOver(
      { ...estate, steering: { drain: () => Promise.resolve() } },
      {
        ...{ from, shards, leaseMs: estate.leaseMs, steer: false, fenceOnly },
        how: isPlanned ? 'switchover' : 'failover',
        // A failover takes whoever holds most when the lease is over.
        ...(isPlanned && to !== undefined && { to }),
        onEvent: (event) => {
          tell(wordsOf(event));
        },
      },
    );
  } catch (error) {
    if (!isPlanned) throw error;
    const back = await giveBack(estate, { from, shards }).catch(() => []);
    for (const shard of back) tell(`${shard} is written in ${from} as before`);
    if (error instanceof FailoverRefused) throw error;
    throw new FailoverRefused(
      `the switchover of ${shards.join(', ')} failed (${reasonOf(error)})`,
      back.length === shards.length
        ? 'mend it and run it again'
        : 'run it again: it goes on where it was',
      { cause: error },
    );
  }
}

function wordsOf(event: FailoverEvent): string {
  switch (event.kind) {
    case 'fenced':
      return `fenced ${event.shards.join(', ')} in epoch ${event.epoch}`;
    case 'closed':
      return `order to close ${event.shard} ${event.acknowledged ? '' : 'not '}confirmed`;
    case 'lease-over':
      return `one lease has gone by: nobody writes ${event.shards.join(', ')}`;
    case 'steered':
      return `${event.region} is out of traffic`;
    case 'homed':
      return `${event.moves.map(({ shard, to }) => `${to} writes ${shard}`).join(', ')}, epoch ${event.epoch}`;
    default:
      return `${event.kind} ${event.moves.map(({ shard, to }) => `${shard} in ${to}`).join(', ')}`;
  }
}
