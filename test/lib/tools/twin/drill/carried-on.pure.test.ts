import { DRILLS } from '../../../../../lib/tools/twin/drill';
import type { CarriedOn, Measures } from '../../../../../lib/tools/twin/drill';

/** Of each drill: a run in which all is well, and what must be noticed one by one. */
const RUNS: Readonly<Record<string, { readonly good: Measures; readonly wrong: Measures }>> = {
  'zone-lost': {
    good: {
      ...{ targetsBefore: 1, targetsOutMs: 4_500, detectionOfTargetsMs: 3_500, replacedMs: 4_700 },
      ...{ promoteMs: 130, writesBackMs: 6_000, shareFailedAfter: 0.01, regionsLeftByDns: 0 },
    },
    wrong: {
      ...{ targetsBefore: 0, targetsOutMs: 20_000, replacedMs: -1, promoteMs: -1 },
      ...{ writesBackMs: 20_000, shareFailedAfter: 0.1, regionsLeftByDns: 1 },
    },
  },
  'writer-lost': {
    good: {
      ...{ writersReplaced: 2, writersLost: 2, promoteMs: 130, writesBackMs: 3_000 },
      instanceBackMs: 2_400,
    },
    wrong: { writersReplaced: 1, promoteMs: -1, writesBackMs: 20_000, instanceBackMs: -1 },
  },
  'reader-lag': {
    good: {
      ...{ readers: 1, readerLagLeastMs: 690, homeWritesRead: 12, homeStaleReads: 0 },
      ...{ lagLeastMs: 650, lagMostMs: 900, ownWritesRead: 24, staleReads: 0 },
    },
    wrong: {
      ...{ readerLagLeastMs: 10, homeWritesRead: 2, homeStaleReads: 1 },
      ...{ lagLeastMs: 40, lagMostMs: 9_000, ownWritesRead: 3, staleReads: 1 },
    },
  },
  'cache-lost': {
    good: {
      ...{ readsWithout: 160, failedReads: 0, transactionsPerReadWithout: 2.4 },
      connectionsWithout: 30,
    },
    wrong: {
      ...{ readsWithout: 5, failedReads: 1, transactionsPerReadWithout: 0.1 },
      connectionsWithout: 200,
    },
  },
  'slow-dependency': {
    good: {
      ...{ failedReads: 0, transactionsPerReadSilent: 2.4, transactionsPerReadAgain: 0.1 },
      ...{ p50SilentMs: 20, longestReadMs: 220 },
    },
    wrong: {
      ...{ failedReads: 1, transactionsPerReadAgain: 2, p50SilentMs: 900, longestReadMs: 4_000 },
    },
  },
  'queue-stuck': {
    good: {
      ...{ behindStuckEvents: 80, writtenWhileStuck: 80, lostEvents: 0, doubledEvents: 0 },
      catchUpMs: 3_000,
    },
    wrong: {
      ...{ behindStuckEvents: 1, writtenWhileStuck: 1, lostEvents: 1, doubledEvents: 1 },
      catchUpMs: 40_000,
    },
  },
  'planned-switchover': {
    good: { thereMs: 7_000, backMs: 7_000, leaseMs: 1_000, followMs: 5_000, regionsLeftByDns: 0 },
    wrong: { thereMs: 20_000, backMs: 20_000, followMs: 40_000, regionsLeftByDns: 1 },
  },
  'bad-deployment': {
    good: {
      ...{ crashRolledBack: 1, crashShareFailed: 0, attemptsFailed: 80, lastErrorMs: 2_000 },
      ...{ detectionMs: 3_000, dnsMs: 6_000, shareElsewhere: 0, shareAfterReturn: 0 },
      regionsLeftByDns: 0,
    },
    wrong: {
      ...{ crashRolledBack: 0, crashShareFailed: 0.1, attemptsFailed: 1, lastErrorMs: 15_000 },
      ...{ shareElsewhere: 0.1, shareAfterReturn: 0.1, regionsLeftByDns: 1 },
    },
  },
  'thundering-herd': {
    good: {
      ...{ backByDns: 1, freshArticles: 8, herdReads: 400, herdMissing: 0, allServedMs: 300 },
      ...{
        herdFailed: 0,
        transactionsPerRead: 0.02,
        p50AfterMs: 30,
        p50CalmMs: 30,
        failedAfter: 0,
      },
    },
    wrong: {
      ...{ backByDns: 0, freshArticles: 3, herdReads: 20, herdMissing: 4, allServedMs: 4_000 },
      ...{ herdFailed: 2, transactionsPerRead: 2.4, p50AfterMs: 900, failedAfter: 3 },
    },
  },
  'retry-storm': {
    good: {
      ...{ refused: 1_800, answered: 700, p99Ms: 1_900, goodputInStorm: 0.9, goodputAfter: 1 },
      ...{ requestsBetween: 400, retriesBetween: 60, retriesAllowed: 66, brokenWrites: 300 },
    },
    wrong: {
      ...{ refused: 0, answered: 20, p99Ms: 9_000, goodputInStorm: 0.3, goodputAfter: 0.5 },
      ...{ retriesBetween: 1, retriesAllowed: 40 },
    },
  },
  'directory-move': {
    good: {
      ...{ movedThere: 1, thereMs: 5_000, backMs: 4_000, leaseMs: 1_000, registered: 12 },
      ...{ lostNames: 0, doubledNames: 0, refusals: 0 },
    },
    wrong: {
      ...{ movedThere: 0, thereMs: 20_000, backMs: 20_000, registered: 2 },
      ...{ lostNames: 1, doubledNames: 1, refusals: 1 },
    },
  },
  'hot-shard': {
    good: {
      ...{ hotP50Ms: 900, hotRefused: 400, hotAcknowledged: 150, hotFailed: 0 },
      ...{ calmAcknowledged: 60, calmFailed: 0, calmP50Ms: 60, calmP95Ms: 150 },
      ...{ coolAcknowledged: 60, coolFailed: 0 },
      ...{ coolP50Ms: 90, coolP95Ms: 240, afterFailed: 0, afterP50Ms: 70, afterAcknowledged: 30 },
    },
    wrong: {
      ...{ hotP50Ms: 100, hotRefused: 0, hotAcknowledged: 2, hotFailed: 90 },
      ...{ coolAcknowledged: 4, coolFailed: 5, coolP50Ms: 1_500, coolP95Ms: 3_000 },
      ...{ afterFailed: 2, afterP50Ms: 900 },
    },
  },
};
/** What is no fault by itself, by drills that do not expect all that most of them do. */
const BORNE: Readonly<Record<string, readonly string[]>> = {
  // Writes stop until the database has taken over by itself, and what asked the silent zone fails.
  'zone-lost': ['leftByDns', 'reads', 'errors'],
  'writer-lost': ['leftByDns', 'reads', 'errors'],
  // It stops writes for a while, and its Region's reads while the database starts anew.
  'planned-switchover': ['leftByDns', 'reads', 'errors'],
  // Users of the Region have errors until DNS sends them elsewhere.
  'bad-deployment': ['reads', 'errors'],
  // So do those of one that stands still; it does not write.
  'thundering-herd': ['reads', 'errors'],
  // Writes wait as in a switchover.
  'directory-move': ['leftByDns', 'reads', 'errors'],
  // What is shed are reads, and a part of the writes.
  'retry-storm': ['reads', 'errors'],
  // The users of the load may be in the shard that is hot.
  'hot-shard': ['reads', 'errors'],
};
/** What DNS has to have left where all is well. */
const LEFT: Readonly<Record<string, readonly string[]>> = {
  'bad-deployment': ['here'],
  'thundering-herd': ['here'],
};
/** Words of expectations of its own in place of those that most drills have. */
const OWN_WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'planned-switchover': { home: 'writes again, the directory' },
  'bad-deployment': { home: 'whoever writes stays', leftByDns: 'DNS leaves the Region' },
  'directory-move': { home: 'in the end it is where it was' },
  'thundering-herd': { leftByDns: 'DNS leaves the Region' },
};

const GOOD: CarriedOn = {
  load: { wantedPerSecond: 20, offeredPerSecond: 20, acknowledgedPerSecond: 20 },
  rpo: {
    ...{ acknowledged: 400, lost: 0, doubled: 0, predicted: 0, unconfirmed: 0 },
    ...{ oldestLostMs: null, lostWrites: [] },
  },
  errors: { here: { failed: {}, longestSilenceMs: 300, before: null, after: null } },
  reads: { here: { failed: {}, outMs: 0, outAsConfiguredMs: 0 } },
  measured: {},
  hit: 'here',
  home: { before: 'here', after: 'here', directory: 'here' },
  leftByDns: [],
};

const CARRIED_ON = DRILLS.filter((drill) => drill.flow === 'carry-on');

const failures = (name: string, seen: Partial<CarriedOn> = {}) =>
  CARRIED_ON.filter((drill) => drill.name === name)
    .flatMap(({ expectations }) => expectations)
    .filter(({ judge }) => {
      const well = { measured: RUNS[name]?.good ?? {}, leftByDns: LEFT[name] ?? [] };
      const observed = { ...GOOD, ...well, ...seen };
      return !judge(observed).passed;
    })
    .map(({ what }) => what);

describe.each(CARRIED_ON.map(({ name }) => name))('what %s expects', (name) => {
  test('holds where all is well', () => {
    expect(failures(name)).toEqual([]);
  });

  const { good = {}, wrong = {} } = RUNS[name] ?? {};
  test.each(Object.entries(wrong))('does not hold with %s %d', (measure, value) => {
    expect(failures(name, { measured: { ...good, [measure]: value } })).toHaveLength(1);
  });

  test('does not hold of a run that measured nothing', () => {
    expect(failures(name, { measured: {} }).length).toBeGreaterThan(0);
  });

  const { rpo, load, home } = GOOD;
  test.each<[string, Partial<CarriedOn>]>([
    ['at the rate', { load: { ...load, acknowledgedPerSecond: 10 } }],
    ['write is lost', { rpo: { ...rpo, lost: 1 } }],
    ['write is lost', { rpo: { ...rpo, acknowledged: 0 } }],
    ['there twice', { rpo: { ...rpo, doubled: 1 } }],
    ['who writes stays', { home: { ...home, after: 'there' } }],
    ['who writes stays', { leftByDns: ['there'] }],
    ['without reads', { reads: { here: { failed: {}, outMs: 3_000, outAsConfiguredMs: 3_000 } } }],
    [
      'writes go on',
      {
        errors: {
          here: { failed: { '503': 40 }, longestSilenceMs: 1, before: null, after: null },
        },
      },
    ],
  ])('notices what is wrong: %s', (words, change) => {
    const [key = ''] = Object.keys(change);
    if (BORNE[name]?.includes(key) === true) {
      expect(failures(name, change)).toEqual([]);
      return;
    }
    words = OWN_WORDS[name]?.[key] ?? words;
    expect(failures(name, change)).toContainEqual(expect.stringContaining(words));
  });
});
