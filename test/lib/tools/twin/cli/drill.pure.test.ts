import Ajv from 'ajv';
import all from '../../../../../docs/schemas/drill-all.schema.json';
import one from '../../../../../docs/schemas/drill.schema.json';
import type { CarryOnResult, FailoverResult } from '../../../../../lib/tools/twin/drill';
import { drillPage } from '../../../../../lib/tools/twin/drill';
import {
  describeDrill,
  drillTable,
} from '../../../../../lib/tools/twin/cli/private/describe-drill';
import type { Review } from '../../../../support/agreement';
import { disagreements } from '../../../../support/agreement';
import { summary } from '../../../../../lib/tools/twin/cli/private/drill';

const RTO = {
  ...{ detect: 3_100, decide: 3_000, fence: 20, lease: 1_010, promote: 200, home: 15 },
  ...{ steer: 0, client: 355, total: 7_700 },
};
const USERS = {
  failed: { '503': 40, timeout: 2 },
  longestSilenceMs: 7_700,
  before: { p50: 20, p99: 90 },
  after: null,
};
const RESULT: FailoverResult & { readonly page: string } = {
  schemaVersion: 1,
  name: 'region-killed',
  flow: 'failover',
  passed: false,
  expectations: [{ what: 'nothing <i>odd</i>', passed: false, observed: '2 & more' }],
  regions: { hit: 'eu-central-1', writer: 'us-east-2' },
  timeScale: 10,
  load: { wantedPerSecond: 200, offeredPerSecond: 200, acknowledgedPerSecond: 199.5 },
  rto: RTO,
  rtoAsConfigured: { ...RTO, decide: 30_000, total: 34_700 },
  rpo: {
    ...{ acknowledged: 4_000, lost: 1, doubled: 0, predicted: 1, unconfirmed: 0 },
    oldestLostMs: 40,
    lostWrites: [{ id: 'w1', entered: 'eu-central-1', acknowledgedAt: -40, heldByOldWriter: null }],
  },
  fence: { asked: 0, refused: 0, writtenByOld: 0, oldTakesWrites: null, confirmed: false },
  errors: { 'eu-central-1': USERS },
  reads: { 'eu-central-1': { failed: { '502': 9 }, outMs: 8_000, outAsConfiguredMs: 80_000 } },
  events: [{ at: 5_000, kind: 'fault', text: 'kill of eu-central-1' }],
  series: {
    stepMs: 250,
    acknowledged: { 'eu-central-1': [1, 2] },
    failed: { 'eu-central-1': [0] },
    slowestMs: { 'eu-central-1': [20, null] },
  },
  faultAt: 5_000,
  page: '/tmp/region-killed.html',
};

const valid = (schema: object, value: unknown) => {
  const ajv = new Ajv({ strict: false }).addSchema(one, 'drill.schema.json');
  const validate = ajv.compile(schema);
  return [validate(value), validate.errors];
};

describe('what drills say', () => {
  test('is of the schema, one of them or all', () => {
    expect(valid(one, RESULT)).toEqual([true, null]);
    expect(valid(all, summary([RESULT], 1))).toEqual([true, null]);
    expect(valid(all, { ...summary([RESULT], 1), drills: [{ ...RESULT, rto: {} }] })[0]).toBe(
      false,
    );
  });

  test('of a drill without failover has measures in the place of a recovery time', () => {
    const others = Object.entries(RESULT).filter(
      ([key]) => !['rto', 'rtoAsConfigured', 'fence'].includes(key),
    );
    const changes = { flow: 'carry-on', measured: { staleReads: 3 } };
    const result = { ...Object.fromEntries(others), ...changes } as unknown as CarryOnResult & {
      readonly page: string;
    };
    expect(valid(one, result)).toEqual([true, null]);
    // A recovery time where something took over by itself, and no other clock than that of the run.
    const healed = { ...result, rto: { ...RTO, decide: 0 } };
    expect(valid(one, healed)).toEqual([true, null]);
    expect(describeDrill(healed)).toMatch(/promote +0\.20 s\n(.|\n)*staleReads +3/);
    expect(describeDrill(healed)).not.toContain('decide');
    expect(drillPage(healed)).not.toContain('as the templates configure');
    expect(valid(one, { ...result, rtoAsConfigured: RTO })[0]).toBe(false);
    expect(valid(one, { ...RESULT, measured: {} })[0]).toBe(false);
    expect(describeDrill(result)).toMatch(/staleReads +3/);
    expect(drillPage(result)).toContain('<td>staleReads</td>');
    expect(drillTable([RESULT, result])).toMatch(/FAILED +region-killed +0 of 1 +7\.7 s +35 s/);
    expect(drillTable([RESULT, result])).toContain('no failover');
  });

  test('what if is no evidence, on the page and in words, and none of it is held against the review', () => {
    const asked = { ...RESULT, whatIf: { replication: 'sync', evidence: false } as const };
    expect(valid(one, asked)).toEqual([true, null]);
    const claimed = { ...RESULT, whatIf: { replication: 'sync', evidence: true } };
    expect(valid(one, claimed)[0]).toBe(false);
    expect(describeDrill(asked)).toContain('no evidence');
    expect(drillPage(asked)).toContain('no evidence');
    expect(describeDrill(RESULT) + drillPage(RESULT)).not.toContain('no evidence');
    const unasked: Review = {
      ask: () => {
        throw new Error('asked');
      },
      ...{ found: () => [], typeOf: () => undefined },
    };
    expect(disagreements(asked, unasked)).toEqual(['region-killed: what if is no evidence']);
  });

  test('has passed where every drill that was asked for has', () => {
    const good = { ...RESULT, passed: true };
    expect(summary([good, good], 2).passed).toBe(true);
    expect(summary([good, RESULT], 2).passed).toBe(false);
    expect(summary([good], 2).passed).toBe(false);
  });

  test('is told to people with both clocks and what failed', () => {
    const text = describeDrill(RESULT);
    expect(text).toContain('FAILED  region-killed: eu-central-1 was hit, us-east-2 writes');
    expect(text).toMatch(/decide \(declared\) +3\.00 s +30\.00 s/);
    expect(text).toMatch(/RTO +7\.70 s +34\.70 s/);
    expect(text).toContain('1 of 4000 acknowledged writes lost');
  });

  test('is plotted from a quarter of a minute before the fault, with no word beyond the edge', () => {
    const seconds = (count: number) => Array.from({ length: 4 * count }, () => 1);
    const near = { 'eu-central-1': seconds(100) };
    const series = { stepMs: 250, acknowledged: near, failed: near, slowestMs: near };
    const events = [
      { at: 90_000, kind: 'fault', text: 'kill' },
      { at: 99_500, kind: 'back', text: 'users write again' },
    ] as const;
    const page = drillPage({ ...RESULT, series, events, faultAt: 90_000 });
    expect(page).toContain('The first 75 s, in which load was coming up, are not shown.');
    expect([...page.matchAll(/<text[^>]*>(-?\d+ s)</g)].map(([, it]) => it)).toContain('-14 s');
    expect(page).not.toContain('>-20 s<');
    // The first point of a line stands at the left, in the first second that is shown.
    expect(page).toMatch(/d="M62\.\d,/);
    expect(page).toMatch(/text-anchor="end" y="\d+">back</);
    expect(page).not.toMatch(/text-anchor="end" y="\d+">fault</);
    const quick = drillPage(RESULT);
    expect(quick).not.toContain('not shown');
  });

  test('is shown on a page that needs nothing from elsewhere and trusts no text', () => {
    const page = drillPage(RESULT);
    expect(page).toContain('<title>Drill region-killed: failed</title>');
    expect(page).toContain('nothing &#60;i&#62;odd');
    expect(page).not.toMatch(/(src|href)="|<script|<i>odd/);
    for (const words of ['kill of eu-central-1', '40 × 503, 2 × timeout', '34.70 s', 'w1']) {
      expect(page).toContain(words);
    }
  });
});
