import type { Change, Comparison, Finding } from '../model';
import { GLOBAL_NAMES } from '../rules';

/** What stands in the way of a step, and what is to be known of it. */
export function findingsOf({ changes, unknownTypes }: Comparison): readonly Finding[] {
  return [
    ...changes.flatMap((change) => ofChange(change)),
    ...takenNames(changes).map(({ added, removed }) => nameTaken(added, removed)),
    ...unknownTypes.map((type): Finding => ({
      severity: 'warning',
      rule: 'unknown-type',
      message: `nobody knows what replaces a ${type}`,
      remedy: 'look it up and read the change set before it is executed',
    })),
  ];
}

function ofChange(change: Change): readonly Finding[] {
  const { kind, stateful, because = '' } = change;
  if (kind === 'refused') {
    return [
      {
        severity: 'error',
        rule: 'update-refused',
        message: `${nameOf(change)} cannot be changed so: ${because}`,
        remedy: 'leave the property as it is, or make a new resource and move what it holds',
      },
    ];
  }
  if (!stateful) return [];
  if (kind === 'replaced' || kind === 'perhaps-replaced') {
    const word = kind === 'replaced' ? 'is replaced' : 'may be replaced';
    return [
      {
        severity: 'error',
        rule: 'stateful-replaced',
        message: `${nameOf(change)} ${word}, and what it holds is lost: ${because}`,
        remedy: 'leave the property as it is',
      },
    ];
  }
  return kind === 'removed' ? [removed(change)] : [];
}

function removed(change: Change): Finding {
  // Of the one server: its data moves to a database by logical replication.
  if (change.type === 'AWS::EC2::Volume') {
    return {
      severity: 'note',
      rule: 'data-moves',
      message: `${nameOf(change)} is given up once PostgreSQL's data has moved`,
      remedy: '`meridian move`, before the stack of the server is removed (docs/growth.md)',
    };
  }
  return {
    severity: 'error',
    rule: 'stateful-removed',
    message: `${nameOf(change)} is given up${change.kept ? ' and stays behind' : ' with what it holds'}`,
    remedy: 'keep declaring it, or move what it holds and remove it in a step of its own',
  };
}

interface Taken {
  readonly added: Change;
  readonly removed: Change;
}

/** New resources whose names belong to others that the same step removes. */
export function takenNames(changes: readonly Change[]): readonly Taken[] {
  const holders = new Map(
    changes
      .filter(({ kind, name }) => kind === 'removed' && name !== undefined)
      .map((change) => [identity(change), change]),
  );
  return changes.flatMap((added): readonly Taken[] => {
    const removed =
      added.kind === 'added' && added.name !== undefined ? holders.get(identity(added)) : undefined;
    return removed === undefined ? [] : [{ added, removed }];
  });
}

function identity({ type, name = '', region }: Change): string {
  return [type, GLOBAL_NAMES.has(type) ? '' : region, name].join(' ');
}

function nameTaken(added: Change, taken: Change): Finding {
  return {
    severity: added.stateful ? 'error' : 'note',
    rule: 'name-taken',
    message: `${nameOf(added)} gets its name from ${nameOf(taken)}, which has to be removed first`,
    remedy: added.stateful ? 'leave it in its stack' : 'deploy in the order that is told here',
  };
}

function nameOf({ type, name, stack, logicalId }: Change): string {
  return `${type} ${name ?? logicalId} of ${stack}`;
}
