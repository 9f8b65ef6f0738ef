import type { CarryOnDrill, CarryOnResult } from '../model';
import { leftByDns } from './dns-left';
import { rowsOf, settle } from './ledger';
import { carryOnResult, readErrors } from './result';
import type { Scene } from './scene';
import { pause } from './scene';

/** Load after all is over. */
const AFTER_MS = 3_000;
/** Writes under way have so long to end, in milliseconds. */
const DRAIN_MS = 8_000;
const LOOK_MS = 250;

/** The flow of a drill in which nobody decides anything. */
export class CarryOn {
  public constructor(private readonly of: Scene<CarryOnDrill>) {}

  public async toEnd(): Promise<CarryOnResult> {
    const { world, control, drill, hit, struck, shards, load, run, timeline } = this.of;
    const figures = this.of.speed();
    const left = new Set<string>();
    const look = setInterval(() => {
      if (timeline.at('fault') === undefined) return;
      for (const { name } of world.regions) if (leftByDns(world, name)) left.add(name);
    }, LOOK_MS);
    try {
      const measured = await drill.act(this.of);
      const over = performance.now();
      timeline.mark('back', 'the drill is over, the load goes on for a while');
      await pause(AFTER_MS);
      await load.stop(DRAIN_MS);
      const fault = timeline.at('fault') ?? over;
      const document = await control.read();
      const homes = Object.fromEntries(
        shards.map((shard) => [shard, document.shards[shard]?.home ?? hit]),
      );
      const held = await rowsOf(world, control, homes, run);
      const { writes } = load;
      return carryOnResult(this.of, {
        ...{ marks: { fault }, load: figures, measured, hit: struck },
        rpo: settle({ writes, fault, predicted: 0, held, heldByOld: undefined }),
        errors: load.errors(fault, over, load.stoppedAt),
        reads: readErrors(this.of.reads.errors(fault, load.stoppedAt), (outMs) => outMs),
        home: {
          before: hit,
          after: [...new Set(Object.values(homes))].join(', '),
          directory: document.directory.home,
        },
        leftByDns: [...left],
      });
    } finally {
      clearInterval(look);
    }
  }
}
