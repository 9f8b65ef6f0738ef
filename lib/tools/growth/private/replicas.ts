import type { Assembly, AssemblyResource, Json } from '../../assembly';
import { isJsonObject } from '../../assembly';

/** A global table whose Regions change by more than AWS takes in one update. */
export interface GrowingTable {
  readonly stack: string;
  /** Store that declares it; `undefined` for those that follow `tableRegions`. */
  readonly store: string | undefined;
  readonly name: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

const TABLE = 'AWS::DynamoDB::GlobalTable';

/**
 * Tables that exist before and after with other Regions. AWS adds or removes one replica in an update.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
 */
export function growingTables(before: Assembly, after: Assembly): readonly GrowingTable[] {
  const were = new Map(
    before.resources({ type: TABLE }).map((it) => [`${it.stack.name}/${it.logicalId}`, it]),
  );
  return after.resources({ type: TABLE }).flatMap((it): readonly GrowingTable[] => {
    const was = were.get(`${it.stack.name}/${it.logicalId}`);
    // Of a strong table none may change, which is found as an update that is refused.
    if (was === undefined || isStrong(was)) return [];
    const name = it.properties['TableName'];
    return [
      {
        stack: it.stack.id,
        store: /^Store-(.+)$/.exec(it.stack.id)?.[1],
        name: typeof name === 'string' ? name : it.logicalId,
        before: regionsOf(was, before),
        after: regionsOf(it, after),
      },
    ].filter((table) => changesOf(table).length > 0);
  });
}

/** Regions that a table gains and gives up. */
export function changesOf({ before, after }: GrowingTable): readonly string[] {
  const gained = after.filter((region) => !before.includes(region));
  const lost = before.filter((region) => !after.includes(region));
  return [...gained, ...lost];
}

/**
 * Why the Regions of a strongly consistent table may not become what they shall; `undefined` where they stay.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/multi-region-strong-consistency-gt.html
 */
export function strongRefusal(
  [was, before]: readonly [AssemblyResource, Assembly],
  [is, after]: readonly [AssemblyResource, Assembly],
): string | undefined {
  if (was.type !== TABLE || !isStrong(was)) return undefined;
  const then = [...regionsOf(was, before)].sort().join(', ');
  const now = [...regionsOf(is, after)].sort().join(', ');
  return then === now
    ? undefined
    : `replicas of a strongly consistent table are fixed when it is made: ${then}, not ${now}`;
}

function isStrong({ properties }: AssemblyResource): boolean {
  return properties['MultiRegionConsistency'] === 'STRONG';
}

function regionsOf(table: AssemblyResource, assembly: Assembly): readonly string[] {
  const replicas: Json = table.properties['Replicas'] ?? [];
  return (Array.isArray(replicas) ? replicas : []).flatMap((replica) => {
    const region = isJsonObject(replica) ? replica['Region'] : undefined;
    const resolved = assembly.resolve(region ?? null, table);
    return resolved.kind === 'known' && typeof resolved.value === 'string' ? resolved.value : [];
  });
}
