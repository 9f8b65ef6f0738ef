import type { Scene } from './scene';
import type { Kept } from './kept';
import { areInTwoZones, since } from './kept';

/** Of what has not come about. */
export const NEVER = -1;

/** Of instances that are made anew: a base backup, and what came meanwhile. */
export const INSTANCES_BACK_MS = 30_000;

interface Back {
  /** When every cluster's endpoint leads to who writes now; now, where none was promoted. */
  readonly ledAt: number;
  readonly measured: Readonly<Record<'detectMs' | 'promoteMs' | 'leadMs', number>>;
}

/** The RTO's parts in the database: nothing is decided, fenced or waited for. */
export async function databaseBack(scene: Scene, kept: Kept, struck: number): Promise<Back> {
  const { timeline } = scene;
  let found = await since(kept, struck);
  await scene.until(0, async () => {
    found = await since(kept, struck);
    return found('led') !== undefined;
  });
  const [lost, promoted, led] = (['lost', 'promoted', 'led'] as const).map(found);
  if (lost === undefined || promoted === undefined || led === undefined) {
    timeline.say('missing', 'no database instance was promoted');
    const measured = { detectMs: NEVER, promoteMs: NEVER, leadMs: NEVER };
    return { ledAt: performance.now(), measured };
  }
  timeline.mark('detected', 'the database instance that wrote does not answer any more', lost);
  timeline.mark('promoted', 'a reader in another zone takes writes', promoted);
  timeline.mark('homed', 'the cluster’s endpoint leads to it', led);
  const ms = (from: number, to: number) => Math.round(to - from);
  const measured = { detectMs: ms(struck, lost), promoteMs: ms(lost, promoted) };
  return { ledAt: led, measured: { ...measured, leadMs: ms(promoted, led) } };
}

interface Returned {
  /** What comes back, as a person reads it. */
  readonly what: string;
  /** Brings it back. */
  readonly bring: () => Promise<void>;
}

/** How long it takes until every commit waits for a copy in another zone again. */
export async function copiesBack(scene: Scene, kept: Kept, of: Returned): Promise<number> {
  const began = performance.now();
  await of.bring();
  scene.timeline.say('rejoined', `${of.what} is made anew, and follows who writes`);
  const joined = await scene.until(INSTANCES_BACK_MS, () => areInTwoZones(kept));
  scene.timeline.say(joined ? 'returned' : 'missing', `commits wait for ${of.what} again`);
  return joined ? Math.round(performance.now() - began) : NEVER;
}
