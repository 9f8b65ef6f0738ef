import type { Finding, LossReport } from '../../lib/tools/review';
import type { DrillResult } from '../../lib/tools/twin/drill';
import { DRILLS } from '../../lib/tools/twin/drill';
import { disagreements, QUESTIONS } from './agreement';
import type { Review } from './agreement';

const NEAR: Readonly<Record<string, readonly string[]>> = { here: ['EU'], there: ['AS'] };
const effect = (
  users: readonly string[],
  operations: readonly ('reads' | 'writes')[],
  at: number,
) =>
  ({ users, operations, seconds: at, share: 1, endedBy: 'clocks', why: 'so', path: [] }) as const;

const review: Review = {
  ask: (what) => {
    const region = what.replace(/^.*[:@]/, '');
    return {
      effects: [
        effect(NEAR[region] ?? [], ['reads', 'writes'], 90),
        effect(['EU', 'AS'], ['writes'], 130),
      ],
      dataAtRisk: [{ resource: 'database', seconds: 5, why: 'so' }],
    } as unknown as LossReport;
  },
  found: () => [],
  typeOf: () => 'AWS::RDS::DBCluster',
};

const drill = (changes: object = {}): DrillResult =>
  ({
    name: 'region-killed',
    flow: 'failover',
    regions: { hit: 'here', writer: 'there' },
    errors: { here: { failed: { '503': 2 } }, there: { failed: { '503': 1 } } },
    reads: {
      here: { failed: { '503': 2 }, outMs: 8_000, outAsConfiguredMs: 80_000 },
      there: { failed: {}, outMs: 0, outAsConfiguredMs: 0 },
    },
    rtoAsConfigured: { total: 130_000, decide: 30_000 },
    rpo: { predicted: 3, oldestLostMs: 400 },
    ...changes,
  }) as unknown as DrillResult;

test('every drill has a question that the review answers', () => {
  expect(Object.keys(QUESTIONS).sort()).toEqual(DRILLS.map(({ name }) => name).sort());
});

test('what a drill saw and what the review says may be the same', () => {
  expect(disagreements(drill(), review)).toEqual([]);
});

test.each([
  ['a write that went on', { errors: { here: { failed: {} } } }, 'writes near here: said to stop'],
  [
    'a read that failed elsewhere',
    { reads: { ...drill().reads, there: { failed: { timeout: 2 }, outMs: 3_000 } } },
    'reads near there: failed: {"timeout":2}',
  ],
  [
    'reads that were back too soon',
    { reads: { here: { failed: { '503': 1 }, outMs: 4_000, outAsConfiguredMs: 40_000 } } },
    'reads near here: said to be out for 90 s, seen 40 s',
  ],
  ['a recovery too slow', { rtoAsConfigured: { total: 190_000, decide: 30_000 } }, 'seen 190 s'],
  ['nothing lost', { rpo: { predicted: 0, oldestLostMs: null } }, '1 databases said to be at risk'],
  ['an older loss', { rpo: { predicted: 1, oldestLostMs: 9_000 } }, 'a write of 9 s before'],
  ['a drill that nobody asks about', { name: 'moon-lost' }, 'no question is asked of moon-lost'],
])('%s is a disagreement', (_, changes, words) => {
  expect(disagreements(drill(changes), review)).toEqual([expect.stringContaining(words)]);
});

describe('of a loss that slows down and stops nothing', () => {
  const slower = { users: ['EU'], operations: ['reads'], why: 'slower; none fails' };
  const says = (change: object = {}, dataAtRisk: readonly object[] = []): Review => ({
    ...review,
    ask: (what) =>
      what.startsWith('region:')
        ? review.ask(what)
        : ({ effects: [{ ...slower, ...change }], dataAtRisk } as unknown as LossReport),
  });
  const seen = (changes: object = {}) =>
    drill({
      ...{ name: 'cache-lost', rpo: { lost: 0 }, reads: { here: { failed: {}, outMs: 0 } } },
      ...changes,
    });

  test('review and drill agree where reads go on', () => {
    expect(disagreements(seen(), says())).toEqual([]);
  });

  test.each([
    ['reads that stopped', seen({ reads: { here: { outMs: 4_000 } } }), says(), 'and stopped'],
    ['a write that is lost', seen({ rpo: { lost: 1 } }), says(), '1 writes lost'],
    ['data said to be at risk', seen(), says({}, [{}]), '1 stores said'],
    ['writes said to stop', seen(), says({ operations: ['writes'] }), 'said to stop something'],
    ['others said to notice', seen(), says({ users: ['AS'] }), 'or for others'],
    ['reads said to fail', seen(), says({ why: 'all fail' }), 'said to stop something'],
  ])('%s: a disagreement', (_, result, answers, words) => {
    expect(disagreements(result, answers)).toEqual([expect.stringContaining(words)]);
  });
});

describe('of what a rule warns of', () => {
  const breaker = { message: 'has no deployment circuit breaker' } as Finding;
  const other = { message: 'keeps only 50 % of its tasks while it deploys' } as Finding;
  const finds = (...found: Finding[]): Review => ({ ...review, found: () => found });
  const deployed = (measured: object) =>
    drill({ name: 'bad-deployment', flow: 'carry-on', measured });

  test.each([
    ['taken back, and no finding', { crashRolledBack: 1 }, finds()],
    ['taken back, and a finding of something else', { crashRolledBack: 1 }, finds(other)],
    ['it stayed, as the review says', { crashRolledBack: 0 }, finds(breaker)],
  ])('%s: they agree', (_, measured, answers) => {
    expect(disagreements(deployed(measured), answers)).toEqual([]);
  });

  test.each([
    ['taken back against a finding', { crashRolledBack: 1 }, finds(breaker), 'has no deployment'],
    ['it stayed, and nothing is found', { crashRolledBack: 0 }, finds(), 'finds nothing'],
    ['nobody looked', {}, finds(), 'not looked for'],
  ])('%s: a disagreement', (_, measured, answers, words) => {
    expect(disagreements(deployed(measured), answers)).toEqual([expect.stringContaining(words)]);
  });
});
