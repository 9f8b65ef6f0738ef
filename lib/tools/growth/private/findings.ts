import type { Change, Comparison, Finding } from '../model';
import { GLOBAL_NAMES } from '../rules';

const VOLUME = 'AWS::EC2::Volume';

/** What stands in the way of a step, and what is to be known of it. */
export function findingsOf({ changes, unknownTypes }: Comparison): readonly Finding[] {
  const volumes = changes.filter(({ kind, type }) => kind === 'removed' && type === VOLUME);
  const moves = new Set(volumes.map(({ stack }) => stack));
  return [
    ...changes.flatMap((change) => ofChange(change, moves)),
    ...takenNames(changes).map(({ added, removed }) => nameTaken(added, removed)),
    ...unknownTypes.map((type): Finding => ({
      severity: 'warning',
      rule: 'unknown-type',
      message: `nobody knows what replaces a ${type}`,
      remedy: 'look it up and read the change set before it is executed',
    })),
  ];
}

function ofChange(change: Change, moves: ReadonlySet<string>): readonly Finding[] {
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
  return kind === 'removed' ? [removed(change, moves.has(change.stack))] : [];
}

/** @param moves whether its stack held the one server's volume, whose data moves to a cluster */
function removed(change: Change, moves: boolean): Finding {
  if (moves) {
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
