import type { ProcessIdentity } from './identity';
import { isAlive } from './identity';
import { PROCESSES } from './table';

/**
 * The processes given and all that descend from them, in one look over all there are. Between the look and
 * what is done about it more may start: whoever wants all of them looks again.
 */
export function treeOf(roots: readonly ProcessIdentity[]): readonly ProcessIdentity[] {
  const children = new Map<number, ProcessIdentity[]>();
  for (const { pid, parent, startTime } of PROCESSES.all()) {
    const identity = { pid, startTime };
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [identity]);
    else siblings.push(identity);
  }
  const tree = new Map<number, ProcessIdentity>();
  const queue = roots.filter(isAlive);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (tree.has(next.pid)) continue;
    tree.set(next.pid, next);
    queue.push(...(children.get(next.pid) ?? []));
  }
  return [...tree.values()];
}
