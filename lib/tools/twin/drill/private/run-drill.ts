import { Stopped } from '../../processes';
import type { Twin } from '../../run';
import type { Drill, DrillResult } from '../model';
import { mayComeBack } from './bring-back';
import { CarryOn } from './carry-on';
import { Failover } from './fail-over';
import type { DrillOptions } from './scene';
import { Scene } from './scene';
import { confirmElsewhere, mayBeSync } from './what-if';

/**
 * Runs a drill in a twin that is ready and well, to its end: it needs no longer than its configured
 * times and about a minute. The twin goes on without what was killed.
 *
 * @throws DrillRefused where the drill cannot be run in this twin; nothing has been broken then
 */
export async function runDrill(
  twin: Pick<Twin, 'parts'>,
  drill: Drill,
  options: DrillOptions = {},
): Promise<DrillResult> {
  if (options.bringBack === true) mayComeBack(drill);
  if (options.whatIf !== undefined) mayBeSync(drill);
  return drill.flow === 'failover'
    ? perform(await Scene.set(twin, drill, options), (scene) => new Failover(scene).toEnd())
    : perform(await Scene.set(twin, drill, options), (scene) => new CarryOn(scene).toEnd());
}

async function perform<S extends Scene, R>(scene: S, flow: (scene: S) => Promise<R>): Promise<R> {
  try {
    if (scene.options.whatIf !== undefined) await confirmElsewhere(scene);
    await scene.warmUp();
    return await unlessEnded(flow(scene), scene.options.signal);
  } finally {
    await scene.clean();
  }
}

/** Who ends a drill does not wait for its flow, which comes to its own end among what is gone. */
async function unlessEnded<R>(flow: Promise<R>, signal: AbortSignal | undefined): Promise<R> {
  if (signal === undefined) return flow;
  let leave = (): void => undefined;
  const ended = new Promise<never>((_, reject) => {
    leave = () => {
      reject(new Stopped());
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave);
  });
  try {
    return await Promise.race([flow, ended]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
