import { readControl } from './plan';
import type { Ports } from './ports';
import { released, shardsHomedIn } from './steps';

/**
 * After a switchover that could not be carried out: lets the Region `from` write again what it still
 * has. Only where its copy, and no other, takes writes; whatever else may be the case stays fenced.
 *
 * @returns the shards that serve again
 */
export async function giveBack(
  { control, databases }: Pick<Ports, 'control' | 'databases'>,
  { from, shards: only }: { readonly from: string; readonly shards: readonly string[] },
): Promise<readonly string[]> {
  const document = await readControl(control);
  const fenced = shardsHomedIn(document, from, only).filter(
    (name) => document.shards[name]?.state === 'fenced',
  );
  const safe: string[] = [];
  for (const shard of fenced) {
    const members = await databases.survey(shard);
    const known = members.every(({ role }) => role !== 'unreachable');
    const writers = members.filter(({ role }) => role === 'writer');
    if (known && writers.length === 1 && writers[0]?.region === from) safe.push(shard);
  }
  if (safe.length === 0) return [];
  return (await control.replace(released(document, safe), document.epoch)) ? safe : [];
}
