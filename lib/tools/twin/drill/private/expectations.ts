import type { Expected, Observed } from '../model';

/** ± 25 % or ± 5 rows, whichever is more. */
const BAND = { part: 0.25, rows: 5 } as const;
/** What the workload and the machinery need beyond detection, decision, lease and lifetime of DNS. */
const MACHINERY_MS = 3_000;
/** Of the load that was asked for; the rest is the machine's. */
const LOAD_PART = 0.9;

function expectation(
  what: string,
  judge: (observed: Observed) => readonly [passed: boolean, observed: string],
): Expected {
  return {
    what,
    judge: (observed) => {
      const [passed, words] = judge(observed);
      return { passed, observed: words };
    },
  };
}

export const carriesTheLoad = expectation(
  'writes enter through every Region at the rate of the drill',
  ({ load }) => [
    load.acknowledgedPerSecond >= LOAD_PART * load.wantedPerSecond,
    `${load.acknowledgedPerSecond.toFixed(0)} of ${load.wantedPerSecond} acknowledged per second`,
  ],
);

export const losesWhatWasNotReplayed = expectation(
  'as many acknowledged writes are lost as the promoted standby had not replayed (± 25 % or ± 5)',
  ({ rpo }) => [
    Math.abs(rpo.lost - rpo.predicted) <= Math.max(BAND.rows, BAND.part * rpo.predicted),
    `${rpo.lost} lost, ${rpo.predicted} not replayed`,
  ],
);

export const isAFault = expectation(
  'the fault is real: some acknowledged writes had not been replayed elsewhere',
  ({ rpo }) => [rpo.predicted > 0, `${rpo.predicted} writes`],
);

export const listsEveryLoss = expectation('every lost write is listed', ({ rpo }) => [
  rpo.lostWrites.length === rpo.lost,
  `${rpo.lostWrites.length} of ${rpo.lost}`,
]);

export const doublesNothing = expectation('no write is there twice', ({ rpo }) => [
  rpo.doubled === 0,
  `${rpo.doubled} doubled`,
]);

export const movesHome = expectation(
  'another Region writes every shard, and the directory of names has moved with it',
  ({ home }) => [
    home.after !== home.before && home.directory === home.after,
    `shards in ${home.after}, directory in ${home.directory}`,
  ],
);

export const registers = expectation('new users can register afterwards', ({ registration }) => [
  registration.status === 201,
  `status ${registration.status}, ${registration.answer}`,
]);

export const leavesByDns = expectation(
  'DNS sends nobody to the Region that was hit',
  ({ leftByDns }) => [leftByDns, leftByDns ? 'it is in no answer' : 'it is still answered'],
);

export const recoversInTime = expectation(
  'users of every Region write again within 3 s beyond detection, decision, lease, TTL and patience',
  ({ rto, ttlMs, healthCheckMs, patienceMs }) => {
    const steered = Math.max(rto.detect, healthCheckMs) + ttlMs;
    const decided = rto.detect + rto.decide + rto.lease;
    const granted = Math.max(decided, steered) + patienceMs + MACHINERY_MS;
    return [
      rto.total <= granted,
      `${(rto.total / 1000).toFixed(1)} s of ${(granted / 1000).toFixed(1)} s`,
    ];
  },
);

export const wakesUpHarmless = expectation(
  'the Region that wakes up answers, and writes nothing itself',
  ({ fence }) => [
    fence.asked > 0 && fence.writtenByOld === 0,
    `${fence.writtenByOld} of ${fence.asked} written there`,
  ],
);

export const refusesAtTheOldWriter = expectation(
  'the old writer, asked directly after the lease, refuses, though its database would take writes',
  ({ fence }) => [
    fence.asked > 0 && fence.refused === fence.asked && fence.oldTakesWrites === true,
    `refused ${fence.refused} of ${fence.asked}; its database ` +
      (fence.oldTakesWrites === true ? 'would take writes' : 'takes none'),
  ],
);

export const writesNowhereTwice = expectation(
  'nothing is acknowledged by the old writer after the lease',
  ({ fence }) => [fence.writtenByOld === 0, `${fence.writtenByOld} writes`],
);

export const isCutOff = expectation(
  'the controller is cut off from the old writer: the order to close is not confirmed',
  ({ fence }) => [!fence.confirmed, fence.confirmed ? 'confirmed' : 'not confirmed'],
);

export const keepsWhatIsStranded = expectation(
  'every lost write is still in the old writer, from where it can be fetched',
  ({ rpo }) => {
    const held = rpo.lostWrites.filter(({ heldByOldWriter }) => heldByOldWriter === true).length;
    return [held === rpo.lost, `${held} of ${rpo.lost}`];
  },
);

export const followsTheNewWriter = expectation(
  'the other standbys follow the new writer',
  ({ followed }) => [followed, followed ? 'they have all of its writes' : 'one does not'],
);

/** What holds after every failover, whatever the fault was. */
export const AFTER_FAILOVER: readonly Expected[] = [
  carriesTheLoad,
  recoversInTime,
  isAFault,
  losesWhatWasNotReplayed,
  listsEveryLoss,
  doublesNothing,
  movesHome,
  writesNowhereTwice,
  leavesByDns,
  registers,
  followsTheNewWriter,
];
