import type { CarriedOn, Expected } from '../model';

/** Of the load that was asked for; the rest is the machine's. */
const LOAD_PART = 0.9;
/** One read may hit a line just as it breaks; two in a row, a second apart, are an outage. */
const NOTICED_MS = 1_500;

/** An expectation of a drill without failover. */
export function expectation(
  what: string,
  judge: (seen: CarriedOn) => readonly [passed: boolean, observed: string],
): Expected<CarriedOn> {
  return {
    what,
    judge: (seen) => {
      const [passed, observed] = judge(seen);
      return { passed, observed };
    },
  };
}

/** A measure that lies between two bounds, both allowed. */
export function measured(
  what: string,
  name: string,
  { least = -Infinity, most = Infinity }: { readonly least?: number; readonly most?: number },
): Expected<CarriedOn> {
  return expectation(what, ({ measured: all }) => {
    const value = all[name] ?? NaN;
    return [value >= least && value <= most, `${name} ${value}`];
  });
}

export const carriesTheLoad = expectation(
  'writes enter through every Region at the rate of the drill',
  ({ load }) => [
    load.acknowledgedPerSecond >= LOAD_PART * load.wantedPerSecond,
    `${load.acknowledgedPerSecond.toFixed(0)} of ${load.wantedPerSecond} acknowledged per second`,
  ],
);

/** Of drills of both flows. */
export const losesNothing: Expected<Pick<CarriedOn, 'rpo'>> = {
  what: 'no acknowledged write is lost',
  judge: ({ rpo }) => ({
    passed: rpo.acknowledged > 0 && rpo.lost === 0,
    observed: `${rpo.lost} of ${rpo.acknowledged} lost`,
  }),
};

export const doublesNothing = expectation('no write is there twice', ({ rpo }) => [
  rpo.doubled === 0,
  `${rpo.doubled} doubled`,
]);

const isAsBefore = ({ before, after, directory }: CarriedOn['home']): boolean =>
  after === before && directory === before;

export const failsNothingOver = expectation(
  'who writes stays, and DNS sends users to every Region all the time',
  ({ home, leftByDns }) => [
    isAsBefore(home) && leftByDns.length === 0,
    `${home.after} writes, DNS left ${leftByDns.join(', ') || 'nobody'}`,
  ],
);

/** In the end the same Region writes as before, the directory too. */
export const homeAsBefore = (what: string): Expected<CarriedOn> =>
  expectation(what, ({ home }) => [
    isAsBefore(home),
    `shards in ${home.after}, directory in ${home.directory}`,
  ]);

export const writerStays = homeAsBefore('who writes stays');

export const readsOn = expectation('nobody is without reads', ({ reads }) => {
  const out = Object.entries(reads).filter(([, { outMs }]) => outMs > NOTICED_MS);
  const words = out.map(([region, { outMs }]) => `${region} for ${outMs} ms`);
  return [out.length === 0, words.join(', ') || 'reads went on near every Region'];
});

/** Writes after the fault that were not acknowledged at the first attempt, of all attempts. */
const FEW_FAILURES = 0.02;

export const writesOn = expectation('writes go on: at most 2 % of the attempts fail', (seen) => {
  const failed = Object.values(seen.errors)
    .flatMap((errors) => Object.values(errors.failed))
    .reduce((sum, count) => sum + count, 0);
  const { acknowledged } = seen.rpo;
  return [failed <= FEW_FAILURES * acknowledged, `${failed} failed, ${acknowledged} acknowledged`];
});

/** What holds after every drill in which nobody decides anything. */
export const CARRIED_ON: readonly Expected<CarriedOn>[] = [
  carriesTheLoad,
  losesNothing,
  doublesNothing,
  failsNothingOver,
  readsOn,
  writesOn,
];
