import type { Assembly } from '../../assembly';
import type { Comparison, Deployment } from '../model';
import { takenNames } from './findings';
import { changesOf, growingTables } from './replicas';
import type { GrowingTable } from './replicas';

type Planned = Omit<Deployment, 'number'>;

/** The deployments of a step: as few as AWS allows, each in an order that works. */
export function planDeployments(
  before: Assembly,
  after: Assembly,
  comparison: Comparison,
): readonly Deployment[] {
  const { changes } = comparison;
  const touched = new Set(changes.filter(({ kind }) => kind !== 'removed').map((it) => it.stack));
  const names = new Set([...after.stacks.values()].map((it) => `${it.region}/${it.name}`));
  const removed = [...before.stacks.values()]
    .filter((it) => !names.has(`${it.region}/${it.name}`))
    .map(({ id }) => id);
  const blocked = blockedStacks(after, comparison, new Set(removed));
  const moves = changes.some(({ kind, type }) => kind === 'removed' && type === 'AWS::EC2::Volume');
  const main = [...touched].filter((id) => !blocked.has(id));
  const last = [...touched].filter((id) => blocked.has(id));
  const planned: readonly (Planned | undefined)[] = [
    ...replicaSteps(growingTables(before, after)),
    main.length > 0
      ? { purpose: 'main', says: 'everything that can stand beside what is there', stacks: main }
      : undefined,
    moves
      ? { purpose: 'move', says: "PostgreSQL's data moves by logical replication", stacks: [] }
      : undefined,
    removed.length > 0
      ? { purpose: 'remove', says: 'stacks that are declared no longer', stacks: removed }
      : undefined,
    last.length > 0
      ? { purpose: 'after-removal', says: 'what gets a name that was taken', stacks: last }
      : undefined,
  ];
  return planned
    .filter((it) => it !== undefined)
    .map((deployment, index) => ({ number: index + 1, ...deployment }));
}

/** Stacks with a name that a removed stack still has, and those that are deployed after them. */
function blockedStacks(
  after: Assembly,
  { changes }: Comparison,
  removed: ReadonlySet<string>,
): ReadonlySet<string> {
  const taken = takenNames(changes).filter((it) => removed.has(it.removed.stack));
  const blocked = new Set(taken.map(({ added }) => added.stack));
  for (let size = -1; size !== blocked.size;) {
    size = blocked.size;
    for (const { id, dependencies } of after.stacks.values()) {
      if (dependencies.some((need) => blocked.has(need))) blocked.add(id);
    }
  }
  return blocked;
}

/**
 * All but the last change of each table's Regions, one in each deployment; the last is of the main one.
 * Tables of a store may have Regions of their own, by which they grow beside those that follow
 * `tableRegions`.
 */
function replicaSteps(tables: readonly GrowingTable[]): readonly Planned[] {
  const most = Math.max(0, ...tables.map((table) => changesOf(table).length));
  return Array.from({ length: Math.max(0, most - 1) }, (_, index): Planned => {
    const now = tables.filter((table) => changesOf(table).length > index);
    const regions = [...new Set(now.flatMap((table) => changesOf(table)[index] ?? []))];
    const [followed] = tables.filter(({ store }) => store === undefined).sort(byChanges);
    const stores = tables.flatMap((table) =>
      table.store === undefined ? [] : [[table.store, withChanges(table, index + 1)] as const],
    );
    return {
      purpose: 'replica',
      says: `AWS changes one replica of a table in an update: ${regions.join(', ')}`,
      stacks: [...new Set(now.map(({ stack }) => stack))],
      ...(followed !== undefined && { tableRegions: withChanges(followed, index + 1) }),
      ...(stores.length > 0 && { storeRegions: Object.fromEntries(stores) }),
    };
  });
}

/** The table that changes most comes first. */
const byChanges = (one: GrowingTable, other: GrowingTable): number =>
  changesOf(other).length - changesOf(one).length;

/** Regions of a table after so many of its changes. */
function withChanges(table: GrowingTable, count: number): readonly string[] {
  const changes = changesOf(table).slice(0, count);
  const gained = changes.filter((region) => !table.before.includes(region));
  return [...table.before.filter((region) => !changes.includes(region)), ...gained];
}
