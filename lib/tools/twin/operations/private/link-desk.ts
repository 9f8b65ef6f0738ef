import type { Line, Lines, Traffic } from '../../link';
import { conditionOf, CONTROL, isOf, MOST_LOSS } from '../../link';
import type { RunningParts } from '../../run';
import type { LinkCall } from '../model';

const TRAFFIC: readonly Traffic[] = ['requests', 'replication', 'tables', 'control'];
const MOST_MS = 60_000;

/**
 * Changes the network between Regions, and tells how it is then.
 *
 * @throws Error that names everything that cannot be used
 */
export async function changeLink(
  { link, regions }: Pick<RunningParts, 'link' | 'regions'>,
  call: LinkCall,
): Promise<readonly Line[]> {
  const names = regions.map(({ plan }) => plan.name);
  const faults = [...linesFaults(call, names), ...valueFaults(call)];
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const { between, traffic, reset, cut } = call;
  const lines: Lines = { ...(between && { between }), ...(traffic && { traffic }) };
  if (reset === true) await link.reset(lines);
  const condition = conditionOf(call);
  if (Object.keys(condition).length > 0) await link.set(lines, condition);
  if (cut === true) link.cut((route) => isOf(route, lines));
  if (cut === false || (reset === true && cut === undefined)) {
    link.heal((route) => isOf(route, lines));
  }
  return link.lines();
}

/** Comes over the line: it may be anything. */
function linesFaults(call: LinkCall, names: readonly string[]): string[] {
  const { between, traffic }: { between?: readonly string[]; traffic?: string } = call;
  const faults: string[] = [];
  const ends = [...names, CONTROL];
  if (between !== undefined) {
    if (between.length !== 2 || between[0] === between[1]) {
      faults.push(`between: must be two different ends, got: ${between.join(',')}`);
    }
    for (const end of between.filter((it) => !ends.includes(it))) {
      faults.push(`between: ${end} is no end of a line; there are ${ends.join(', ')}`);
    }
  }
  if (traffic !== undefined && !TRAFFIC.some((it) => it === traffic)) {
    faults.push(`traffic: must be one of ${TRAFFIC.join(', ')}, got: ${traffic}`);
  }
  return faults;
}

function valueFaults(call: LinkCall): string[] {
  const faults: string[] = [];
  const within = (name: keyof LinkCall, most: number, least = 0): void => {
    const value = call[name];
    if (value === undefined || (name === 'megabitsPerSecond' && value === null)) return;
    if (typeof value === 'number' && value >= least && value <= most) return;
    faults.push(`${name}: must be a number from ${least} to ${most}, got: ${String(value)}`);
  };
  within('latencyMs', MOST_MS);
  within('jitterMs', MOST_MS);
  within('lossPercent', 100 * MOST_LOSS);
  within('megabitsPerSecond', 100_000, 0.01);
  return faults;
}
