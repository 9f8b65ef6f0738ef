import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DRILLS, findDrill, mayBeSync, SYNC } from '../../../../../lib/tools/twin/drill';
import { expectationsOf } from '../../../../../lib/tools/twin/drill/private/what-if';
import type { Observed } from '../../../../../lib/tools/twin/drill/model';

const GOOD: Observed = {
  load: { wantedPerSecond: 200, offeredPerSecond: 201, acknowledgedPerSecond: 199 },
  rto: {
    ...{ detect: 3_000, decide: 3_000, fence: 10, lease: 1_000, promote: 200, home: 10 },
    ...{ steer: 0, client: 300, total: 7_520 },
  },
  rpo: {
    ...{ acknowledged: 4_000, lost: 48, doubled: 0, predicted: 48, unconfirmed: 2 },
    oldestLostMs: 401,
    lostWrites: Array.from({ length: 48 }, (_, at) => ({
      ...{ id: `w${at}`, entered: 'eu-central-1', acknowledgedAt: -at, heldByOldWriter: true },
    })),
  },
  fence: { asked: 9, refused: 9, writtenByOld: 0, oldTakesWrites: true, confirmed: false },
  registration: { status: 201, answer: 'done' },
  home: { before: 'eu-central-1', after: 'us-east-2', directory: 'us-east-2' },
  leftByDns: true,
  ttlMs: 6_000,
  patienceMs: 0,
  healthCheckMs: 3_000,
  followed: true,
};

const FAILOVERS = DRILLS.filter((drill) => drill.flow === 'failover');

const failures = (name: string, observed: Observed) =>
  FAILOVERS.filter((drill) => drill.name === name)
    .flatMap(({ expectations }) => expectations)
    .filter(({ judge }) => !judge(observed).passed)
    .map(({ what }) => what);

describe('the expectations of every drill', () => {
  test.each(FAILOVERS.map(({ name }) => name))('%s passes where all is as expected', (name) => {
    expect(failures(name, GOOD)).toEqual([]);
  });

  const { rto, rpo, fence, home } = GOOD;
  const wrong: readonly (readonly [string, Partial<Observed>])[] = [
    ['acknowledged per second', { load: { ...GOOD.load, acknowledgedPerSecond: 170 } }],
    ['3 s beyond', { rto: { ...rto, total: 12_100 } }],
    ['lost as the promoted', { rpo: { ...rpo, predicted: 70 } }],
    ['lost as the promoted', { rpo: { ...rpo, predicted: 30 } }],
    ['fault is real', { rpo: { ...rpo, lost: 0, predicted: 0, lostWrites: [] } }],
    ['is listed', { rpo: { ...rpo, lostWrites: rpo.lostWrites.slice(1) } }],
    ['there twice', { rpo: { ...rpo, doubled: 1 } }],
    ['directory of names', { home: { ...home, directory: 'eu-central-1' } }],
    ['directory of names', { home: { ...home, after: 'eu-central-1' } }],
    ['by the old writer after', { fence: { ...fence, writtenByOld: 1 } }],
    ['DNS sends nobody', { leftByDns: false }],
    ['can register', { registration: { status: 503, answer: '' } }],
    ['follow the new writer', { followed: false }],
  ];
  test.each(wrong)('notice what is wrong: %s', (words, change) => {
    for (const { name } of FAILOVERS) {
      const failed = failures(name, { ...GOOD, ...change });
      const expected = words === 'acknowledged per second' ? 'at the rate of the drill' : words;
      expect(failed).toContainEqual(expect.stringContaining(expected));
    }
  });

  test('bear a difference of a quarter, or of five rows, and no more', () => {
    const of = (lost: number, predicted: number) => {
      const lostWrites = Array.from({ length: lost }, (_, at) => ({
        ...rpo.lostWrites[0]!,
        id: `w${at}`,
      }));
      return failures('region-killed', { ...GOOD, rpo: { ...rpo, lost, predicted, lostWrites } });
    };
    for (const lost of [75, 125]) expect(of(lost, 100)).toEqual([]);
    for (const lost of [74, 126]) expect(of(lost, 100)).toHaveLength(1);
    for (const lost of [3, 13]) expect(of(lost, 8)).toEqual([]);
    for (const lost of [2, 14]) expect(of(lost, 8)).toHaveLength(1);
  });

  test('what if each write were confirmed by another Region: nothing may be lost', () => {
    const killed = FAILOVERS.find(({ name }) => name === 'region-killed')!;
    const all = expectationsOf(killed, SYNC);
    const failed = (seen: Partial<Observed['rpo']>) =>
      all.filter(({ judge }) => !judge({ ...GOOD, rpo: { ...rpo, ...seen } }).passed);
    expect(failed({ lost: 0, predicted: 0, lostWrites: [] })).toEqual([]);
    expect(failed({})).toHaveLength(1);
    expect(expectationsOf(killed, undefined)).toEqual(killed.expectations);
    for (const drill of DRILLS.filter(({ flow }) => flow === 'carry-on'))
      expect(() => {
        mayBeSync(drill);
      }).toThrow('fails nothing over');
  });

  test('of a partition want the old writer asked, refusing, alive, and out of reach', () => {
    const of = (change: Partial<Observed['fence']>) =>
      failures('regions-partitioned', { ...GOOD, fence: { ...fence, ...change } });
    expect(of({ refused: 8 })).toHaveLength(1);
    expect(of({ asked: 0, refused: 0 })).toHaveLength(1);
    expect(of({ oldTakesWrites: false })).toHaveLength(1);
    expect(of({ confirmed: true })).toHaveLength(1);
  });
});

test('an unknown drill is refused with the names of those that there are', () => {
  expect(() => findDrill('region-sunk')).toThrow(/region-killed, region-frozen/);
});

test('every drill has an entry in the runbook, and every entry a drill', () => {
  const runbook = join(__dirname, '../../../../../docs/runbook.md');
  const entries = readFileSync(runbook, 'utf8').match(/^### Drill: .+$/gm) ?? [];
  const names = DRILLS.map(({ name }) => `### Drill: ${name}`);
  expect([...entries].sort()).toEqual([...names].sort());
});
