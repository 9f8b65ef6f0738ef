import { chooseSuccessor } from './choose';
import type { FailoverOptions } from './fail-over';
import type { Member, Ports, Topology } from './ports';
import { FailoverRefused } from './refused';
import { shardsHomedIn } from './steps';

/** What a failover would do, told before anything is done. */
export interface FailoverPlan {
  readonly from: string;
  readonly moves: readonly PlannedMove[];
}

export interface PlannedMove {
  readonly shard: string;
  /** As far as can be said now: the last word is had after the lease. */
  readonly to: string;
  /** What the new writer would lack, in bytes of log; undefined where the old one does not answer. */
  readonly lagBytes: bigint | undefined;
  /** The same in seconds, where whoever looks after the copies tells; undefined: not known. */
  readonly lagSeconds: number | undefined;
  /** Writes acknowledged after this may be lost; epoch milliseconds, undefined: not known. */
  readonly newestAt: number | undefined;
  /** An old writer that answers could be handed over without loss: a switchover, not a failover. */
  readonly oldWriterAnswers: boolean;
  /** It takes writes: an earlier run promoted it. */
  readonly writesAlready: boolean;
}

/** @throws FailoverRefused where it cannot be carried out; nothing has been changed then */
export async function planFailover(
  { control, databases }: Pick<Ports, 'control' | 'databases'>,
  { from, shards: only, to }: Pick<FailoverOptions, 'from' | 'shards' | 'to'>,
): Promise<FailoverPlan> {
  const document = await readControl(control);
  const moves = shardsHomedIn(document, from, only).map(async (shard) => {
    const members = await databases.survey(shard);
    const old = members.find((it) => it.region === from && it.role === 'writer');
    const successor = chooseSuccessor(shard, from, members, to);
    return {
      shard,
      to: successor.region,
      lagBytes: lag(old, successor),
      newestAt: successor.newestAt,
      lagSeconds: successor.lagSeconds,
      oldWriterAnswers: old !== undefined,
      writesAlready: successor.role === 'writer',
    };
  });
  return { from, moves: await Promise.all(moves) };
}

/** @throws FailoverRefused where the table does not answer */
export async function readControl(control: Ports['control']): Promise<Topology> {
  try {
    return await control.read();
  } catch (cause) {
    throw new FailoverRefused(
      `the topology document cannot be read (${String(cause)})`,
      'run the failover from a place that reaches the control table',
      { cause },
    );
  }
}

function lag(old: Member | undefined, successor: Member): bigint | undefined {
  if (old === undefined) return undefined;
  const behind = old.position - successor.position;
  return successor.lagSeconds !== undefined ? undefined : behind > 0n ? behind : 0n;
}
