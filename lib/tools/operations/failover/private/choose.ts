import type { Member } from './ports';
import { FailoverRefused } from './refused';

/**
 * The copy that becomes the writer: of those that can be reached the one that holds most; of equal
 * ones the first declared. One that takes writes already, because an earlier run or a person
 * promoted it, goes before all others.
 *
 * @param to the only Region that will do. @default any but `from`
 *
 * @throws FailoverRefused where there is none, or where two take writes
 */
export function chooseSuccessor(
  shard: string,
  from: string,
  members: readonly Member[],
  to?: string,
): Member {
  const wanted = members.filter(({ region }) => region !== from && (to ?? region) === region);
  const reachable = wanted.filter(({ role }) => role === 'writer' || role === 'standby');
  const writers = reachable.filter(({ role }) => role === 'writer');
  if (writers.length > 1) {
    const names = writers.map(({ region }) => region).join(' and ');
    throw new FailoverRefused(
      `${shard} takes writes in ${names} at once`,
      'find out which of them has the truth, end the other one, and run the failover again',
    );
  }
  const [first, ...rest] = writers.length === 1 ? writers : reachable;
  const bare = wanted.filter(({ role }) => role === 'headless').map(({ region }) => region);
  if (first === undefined && bare.length > 0) {
    throw new FailoverRefused(
      `${shard} has storage without instances in ${bare.join(', ')}, and no standby that could be promoted`,
      `take ${bare.join(' or ')} out of \`headless\` of its stores, deploy the data stack of that Region and ` +
        'wait until its instances are available, which takes about ten minutes each; then run the failover again',
    );
  }
  if (first === undefined) {
    throw new FailoverRefused(
      `no standby of ${shard} ${to === undefined ? `outside ${from}` : `in ${to}`} can be reached`,
      `bring back one of ${others(from, members)}, and run the failover again`,
    );
  }
  return rest.reduce((best, member) => (member.position > best.position ? member : best), first);
}

function others(from: string, members: readonly Member[]): string {
  const regions = members.map(({ region }) => region).filter((region) => region !== from);
  return regions.length === 0 ? 'its standbys (it has none)' : regions.join(', ');
}
