import {
  DeclarationError,
  MOST_PLAN_NAME,
  REGION_NAMES,
  planName,
  recoveryPairsOf,
  regionCode,
  resolveDeployment,
} from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';
import sharded from '../../../lib/config/declarations/sharded';

const resolved = (change: object = {}) => resolveDeployment({ ...reference, ...change });
const faultsOf = (change: object): string[] => {
  try {
    resolved(change);
  } catch (error) {
    if (error instanceof DeclarationError)
      return error.faults.map(({ path, found, allowed }) => `${path}: ${found}; ${allowed}`);
    throw error;
  }
  return [];
};

describe('recovery', () => {
  test('is by default where no shard is at home, with two minutes for databases', () => {
    expect(resolved().recovery).toEqual({
      region: 'us-east-2',
      approverRole: undefined,
      approvalMinutes: 1,
      databaseMinutes: 2,
      reports: false,
    });
    // Every serving Region is somebody's home there.
    expect(resolveDeployment(sharded).recovery?.region).toBe('us-east-1');
  });

  test('is none by default where it is not production, of one Region, or too slow', () => {
    const changes = [
      { protection: 'ephemeral' },
      { stage: 'replicated', regions: { 'eu-central-1': {} } },
      { objectives: { rtoSeconds: 299 } },
      { recovery: false },
    ];
    expect(changes.map((it) => resolved(it).recovery)).toEqual(changes.map(() => undefined));
  });

  test('keeps every property that is declared', () => {
    const recovery = {
      region: 'eu-west-1',
      approverRole: 'arn:aws:iam::123456789012:role/ops/on-call',
      approvalMinutes: 5,
      databaseMinutes: 3,
      reports: true,
    };
    const change = { recovery, objectives: { rtoSeconds: 900 }, protection: 'ephemeral' };
    expect(resolved(change).recovery).toEqual(recovery);
  });

  test('is refused with its arithmetic where steps do not end within the objective', () => {
    expect(faultsOf({ recovery: { approvalMinutes: 2 } })).toEqual([
      'recovery: 420 s; steps that end within `objectives.rtoSeconds`, 300 s: 30 s to detect, ' +
        '30 s to decide, 2 × 2 min to approve, 2 min for databases',
    ]);
  });

  test('is refused where nothing has a copy elsewhere, and with every faulty value at once', () => {
    const one = { stage: 'replicated', regions: { 'eu-central-1': {} }, recovery: {} };
    expect(faultsOf(one)).toEqual([
      expect.stringMatching(/^recovery: .*no `aurora` store has a copy/),
    ]);
    const faulty = {
      region: 'nowhere',
      approverRole: 'me',
      approvalMinutes: 0,
      databaseMinutes: 1.5,
    };
    expect(faultsOf({ recovery: faulty }).map((it) => it.split(':')[0])).toEqual(
      Object.keys(faulty).map((name) => `recovery.${name}`),
    );
  });
});

describe('plans', () => {
  test('there is one for each home and each Region with a copy of what is written there', () => {
    const pairs = recoveryPairsOf(resolveDeployment(sharded)).map(({ home, standby, stores }) => [
      planName('meridian', { home, standby }),
      ...[...stores].map(([store, clusters]) => `${store} ${clusters.length}`),
    ]);
    expect(pairs).toEqual([
      ['meridian-euc1-use2', 'main 4', 'discovery 1'],
      ['meridian-euc1-apne1', 'main 1'],
      ['meridian-use2-euc1', 'main 4'],
      ['meridian-apne1-apse2', 'main 4'],
      ['meridian-sae1-use2', 'main 2'],
      ['meridian-apse2-apne1', 'main 1'],
      ['meridian-afs1-euc1', 'main 1'],
    ]);
  });

  test('names of any product, pair and store are short enough and differ', () => {
    expect(new Set(REGION_NAMES.map(regionCode)).size).toBe(REGION_NAMES.length);
    const pair = { home: 'ap-northeast-1', standby: 'ap-southeast-2' };
    const names = ['discovery', 'discoveries', 'a'].map((it) => planName('x'.repeat(16), pair, it));
    expect(names.every((it) => it.length <= MOST_PLAN_NAME)).toBe(true);
    expect(new Set(names).size).toBe(3);
    expect(planName('acme', pair, 'main')).toBe('acme-apne1-apse2-main');
  });
});
