import { resolveDeployment } from '../../../lib/config';
import connectionBalanced from '../../../lib/config/declarations/connection-balanced';
import reference from '../../../lib/config/declarations/multi-region';
import singleServer from '../../../lib/config/declarations/single-server';
import { faultsIn } from '../../support/faults';

const faultsOf = (observability: unknown, base: object = reference) =>
  faultsIn({ ...base, observability }).map(({ path, allowed }) => `${path}: ${allowed}`);

test('there are dashboards where alarms watch, unless they are declared away', () => {
  expect(resolveDeployment(reference).observability).toMatchObject({ dashboards: true });
  expect(resolveDeployment(singleServer).observability).toMatchObject({ dashboards: false });
  const declared = { ...reference, observability: { dashboards: false } };
  expect(resolveDeployment(declared).observability).toMatchObject({ dashboards: false });
});

test('every fault is told', () => {
  expect(faultsOf({ dashboards: 'some', widgets: 3 })).toEqual([
    expect.stringMatching(/^observability\.widgets: /),
    'observability.dashboards: true or false',
  ]);
  expect(faultsOf({ dashboards: true }, singleServer)).toEqual([
    expect.stringMatching(/^observability\.dashboards: false \(at stage single-server\)/),
  ]);
});

describe('canaries', () => {
  const canariesOf = (canaries: unknown) =>
    resolveDeployment({ ...reference, observability: { canaries } }).observability.canaries;

  test('are none unless declared, and read what the sample workload answers to anybody', () => {
    expect(resolveDeployment(reference).observability.canaries).toBeUndefined();
    expect(canariesOf(false)).toBeUndefined();
    expect(canariesOf({})).toEqual({ readPath: '/api/tags', slowMilliseconds: 2000 });
    const declared = { readPath: '/api/articles?limit=1', slowMilliseconds: 500 };
    expect(canariesOf(declared)).toEqual(declared);
  });

  test('every fault is told', () => {
    const path =
      'observability.canaries.readPath: a path below /api/, such as "/api/tags", which answers anybody with 200 and JSON';
    expect(faultsOf({ canaries: { readPath: '/readyz', slowMilliseconds: 99, every: 5 } })).toEqual(
      [
        expect.stringMatching(/^observability\.canaries\.every: /),
        path,
        'observability.canaries.slowMilliseconds: a whole number of 100 to 10000',
      ],
    );
    expect(faultsOf({ canaries: true })).toEqual([
      expect.stringMatching(/^observability\.canaries: an object/),
    ]);
    expect(faultsOf({ canaries: {} }, singleServer)).toEqual([
      expect.stringMatching(/^observability\.canaries: false \(at stage single-server\)/),
    ]);
    // Nobody can know what a service of one's own answers.
    const services = { api: { bundle: 'mine' } };
    expect(faultsOf({ canaries: {} }, { ...reference, services })).toEqual([path]);
  });
});

describe('objectives', () => {
  const objectivesOf = (objectives: unknown) =>
    resolveDeployment({ ...reference, observability: { objectives } }).observability.objectives;

  test('are none unless declared; latency may be left out', () => {
    expect(resolveDeployment(reference).observability.objectives).toBeUndefined();
    expect(objectivesOf(false)).toBeUndefined();
    expect(objectivesOf({ availability: 0.999 })).toEqual({ availability: 0.999 });
    const declared = { availability: 0.95, latency: { percentile: 95, milliseconds: 250 } };
    expect(objectivesOf(declared)).toEqual(declared);
  });

  test('every fault is told', () => {
    const wrong = { availability: 99.9, latency: { percentile: 90, milliseconds: 9 }, errors: 1 };
    expect(faultsOf({ objectives: wrong })).toEqual([
      expect.stringMatching(/^observability\.objectives\.errors: /),
      'observability.objectives.availability: a number of 0.9 to 0.99999',
      'observability.objectives.latency.percentile: 95 or 99',
      'observability.objectives.latency.milliseconds: a whole number of 10 to 60000',
    ]);
    expect(faultsOf({ objectives: {} })).toEqual([
      'observability.objectives.availability: a number of 0.9 to 0.99999',
    ]);
    const least = { availability: 0.9 };
    expect(faultsOf({ objectives: least }, singleServer)).toEqual([
      expect.stringMatching(/^observability\.objectives: false \(at stage single-server\)/),
    ]);
    expect(faultsOf({ objectives: least }, connectionBalanced)).toEqual([
      'observability.objectives: false (with `loadBalancing.kind` "network"): connections are counted, not answers',
    ]);
  });
});

describe('tracing', () => {
  const tracingOf = (tracing: unknown) =>
    resolveDeployment({ ...reference, observability: { tracing } }).observability.tracing;

  test('is none unless declared, and keeps one in twenty', () => {
    expect(resolveDeployment(reference).observability.tracing).toBeUndefined();
    expect(tracingOf(false)).toBeUndefined();
    expect(tracingOf({})).toEqual({ sampledShare: 0.05 });
    expect(tracingOf({ sampledShare: 0 })).toEqual({ sampledShare: 0 });
  });

  test('every fault is told', () => {
    expect(faultsOf({ tracing: { sampledShare: 5, percent: 5 } })).toEqual([
      expect.stringMatching(/^observability\.tracing\.percent: /),
      'observability.tracing.sampledShare: a number of 0 to 1',
    ]);
    expect(faultsOf({ tracing: {} }, singleServer)).toEqual([
      'observability.tracing: false (at stage single-server): there is one log',
    ]);
  });
});

describe('a budget', () => {
  const least = { usdPerMonth: 500, emails: ['costs@example.com'] };
  const budgetOf = (budget: unknown, base: object = reference) =>
    resolveDeployment({ ...base, observability: { budget } }).observability.budget;

  test('is none unless declared, and may be of one server as well', () => {
    expect(resolveDeployment(reference).observability.budget).toBeUndefined();
    expect(budgetOf(false)).toBeUndefined();
    const filled = { ...least, spentPercents: [80, 100], expectedPercents: [100] };
    expect(budgetOf(least)).toEqual(filled);
    expect(budgetOf(least, singleServer)).toEqual(filled);
    const declared = { ...least, spentPercents: [], expectedPercents: [120] };
    expect(budgetOf(declared)).toEqual(declared);
  });

  test('every fault is told', () => {
    expect(faultsOf({ budget: { usdPerMonth: 0, emails: ['nobody'], currency: 'EUR' } })).toEqual([
      expect.stringMatching(/^observability\.budget\.currency: /),
      'observability.budget.usdPerMonth: a number of 1 to 10000000',
      'observability.budget.emails.0: an address such as "costs@example.com"',
    ]);
    expect(faultsOf({ budget: { ...least, emails: [] } })).toEqual([
      'observability.budget.emails: a list of 1 to 10 addresses, each once',
    ]);
    const twice = ['a@example.com', 'a@example.com'];
    expect(faultsOf({ budget: { ...least, emails: twice } })).toEqual([
      'observability.budget.emails: a list of 1 to 10 addresses, each once',
    ]);
    expect(
      faultsOf({ budget: { ...least, spentPercents: [50, 50.5], expectedPercents: [9, 9] } }),
    ).toEqual([
      'observability.budget.spentPercents.1: a whole number of 1 to 1000',
      'observability.budget.expectedPercents: a list of percents, each once',
    ]);
    const together =
      'observability.budget: 1 to 5 percents, `spentPercents` and `expectedPercents` together';
    expect(faultsOf({ budget: { ...least, spentPercents: [10, 20, 30, 40, 50] } })).toEqual([
      together,
    ]);
    const none = { ...least, spentPercents: [], expectedPercents: [] };
    expect(faultsOf({ budget: none })).toEqual([together]);
  });
});
