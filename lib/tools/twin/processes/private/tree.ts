import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessIdentity } from './identity';
import { isAlive, parseStartTime } from './identity';

/**
 * The processes given and all that descend from them, in one look over /proc. Between the look and
 * what is done about it more may start: whoever wants all of them looks again.
 */
export function treeOf(roots: readonly ProcessIdentity[]): readonly ProcessIdentity[] {
  const children = new Map<number, ProcessIdentity[]>();
  for (const entry of readdirSync('/proc')) {
    const found = /^\d+$/.test(entry) ? look(Number(entry)) : undefined;
    if (found === undefined) continue;
    const siblings = children.get(found.parent);
    if (siblings === undefined) children.set(found.parent, [found.identity]);
    else siblings.push(found.identity);
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

function look(
  pid: number,
): { readonly parent: number; readonly identity: ProcessIdentity } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const startTime = parseStartTime(stat);
    if (startTime === undefined) return undefined;
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return { parent, identity: { pid, startTime } };
  } catch {
    return undefined;
  }
}
