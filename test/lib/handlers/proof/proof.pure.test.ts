import type { Age, Proof, WatchedList } from '../../../../lib/handlers/proof/proof';
import { latest, tellAges } from '../../../../lib/handlers/proof/proof';

const NOW = new Date('2026-11-28T12:00:00Z');
const hoursAgo = (hours: number): Date => new Date(NOW.getTime() - hours * 3_600_000);
const WATCHED: WatchedList = [
  { subject: 'main-s0', arn: 'arn:0', proofs: ['backup', 'copy', 'restore'] },
  { subject: 'main-s1', arn: 'arn:1', proofs: ['backup'] },
];

function run(last: (proof: Proof, arn: string) => Date | undefined) {
  const told: Age[] = [];
  const put = (ages: readonly Age[]): Promise<void> => {
    told.push(...ages);
    return Promise.resolve();
  };
  const records = {
    put,
    last: async (...of: [Proof, string]) => await Promise.resolve(last(...of)),
  };
  return { told, done: tellAges(WATCHED, records, () => NOW) };
}

test('the age of each proof is told in hours', async () => {
  const ages = { backup: 5, copy: 4.5, restore: 100 };
  const { told, done } = run((proof, arn) => hoursAgo(ages[proof] + (arn === 'arn:1' ? 20 : 0)));
  await done;
  expect(told).toEqual([
    { subject: 'main-s0', proof: 'backup', hours: 5 },
    { subject: 'main-s0', proof: 'copy', hours: 4.5 },
    { subject: 'main-s0', proof: 'restore', hours: 100 },
    { subject: 'main-s1', proof: 'backup', hours: 25 },
  ]);
});

test('of what was never proven nothing is told: silence rings', async () => {
  const { told, done } = run((proof) => (proof === 'backup' ? hoursAgo(1) : undefined));
  await done;
  expect(told.map(({ subject, proof }) => [subject, proof])).toEqual([
    ['main-s0', 'backup'],
    ['main-s1', 'backup'],
  ]);
});

test('what cannot be asked fails the call, after all others were told', async () => {
  const { told, done } = run((proof) => {
    if (proof === 'copy') throw new Error('throttled');
    return hoursAgo(2);
  });
  await expect(done).rejects.toThrow('1 not asked');
  expect(told).toHaveLength(3);
});

test('a job that ends while it is asked is of age zero', async () => {
  const { told, done } = run(() => hoursAgo(-0.1));
  await done;
  expect(new Set(told.map(({ hours }) => hours))).toEqual(new Set([0]));
});

test('the latest job counts, whatever their order', () => {
  expect(latest([hoursAgo(9), undefined, hoursAgo(2), hoursAgo(3)])).toEqual(hoursAgo(2));
  expect(latest([undefined])).toBeUndefined();
});
