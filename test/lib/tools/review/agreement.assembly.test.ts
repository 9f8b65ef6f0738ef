import type { Assembly } from '../../../../lib/tools/assembly';
import { loadAssembly } from '../../../../lib/tools/assembly';
import type { Intent } from '../../../../lib/tools/review';
import { intentOf } from '../../../../lib/tools/review';
import { DRILLS } from '../../../../lib/tools/twin/drill';
import type { Measured } from '../../../support/agreement';
import { disagreements, QUESTIONS } from '../../../support/agreement';
import { synthesized } from '../../../support/assembly';

let assembly: Assembly;
let intent: Intent;
beforeAll(async () => {
  const { directory, deployment } = await synthesized();
  assembly = loadAssembly(directory);
  intent = intentOf(deployment);
}, 120_000);

const failed = { failed: { 503: 30 }, longestSilenceMs: 7000, before: null, after: null };
/** As drills measure it; the system ring and `npm run verify` hold drills of their own against it. */
const measured = (name: string, changes: Partial<Measured> = {}): Measured => ({
  name,
  regions: { hit: 'eu-central-1', writer: 'us-east-2' },
  rtoAsConfigured: {
    ...{ detect: 27_230, decide: 30_000, fence: 118, lease: 10_000, promote: 301, home: 16 },
    ...{ steer: 260, client: 16_820, total: 84_745 },
  },
  rpo: {
    ...{ acknowledged: 300, lost: 5, doubled: 0, predicted: 5, unconfirmed: 0 },
    ...{ oldestLostMs: 223, lostWrites: [] },
  },
  errors: { 'eu-central-1': failed, 'us-east-2': failed, 'ap-northeast-1': failed },
  ...changes,
});
const said = (drill: Measured): readonly string[] => disagreements(assembly, intent, drill);

it('asks a question for each drill, and none for what is no drill', () => {
  expect(Object.keys(QUESTIONS).sort()).toEqual(DRILLS.map(({ name }) => name).sort());
  expect(said(measured('region-sunk'))).toEqual(['no question is asked for it']);
});

it.each(DRILLS.map(({ name }) => name))('foretells what %s does', (name) => {
  expect(said(measured(name))).toEqual([]);
});

it('contradicts a drill that takes a third longer, or less, than the declared clocks', () => {
  const { rtoAsConfigured } = measured('region-killed');
  for (const [total, agrees] of [
    [62_000, false],
    [64_000, true],
    [116_000, true],
    [118_000, false],
  ]) {
    const rto = { ...rtoAsConfigured, total: Number(total) };
    const faults = said(measured('region-killed', { rtoAsConfigured: rto }));
    expect(faults).toEqual(agrees ? [] : [expect.stringContaining('the review says 90 s')]);
  }
});

it('contradicts a drill that other users feel, or that loses nothing or too much', () => {
  const errors = { 'eu-central-1': failed };
  expect(said(measured('region-killed', { errors })).join()).toContain('users who cannot write');
  const { rpo } = measured('region-killed');
  const none = { ...rpo, lost: 0, predicted: 0, oldestLostMs: null };
  expect(said(measured('writer-lost', { rpo: none })).join()).toContain('data at risk');
  const old = { ...rpo, oldestLostMs: 6000 };
  expect(said(measured('writer-lost', { rpo: old })).join()).toContain('oldest write lost');
});
