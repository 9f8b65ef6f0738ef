import { resolveDeployment } from '../../../lib/config';
import loadBalanced from '../../../lib/config/declarations/load-balanced';
import reference from '../../../lib/config/declarations/multi-region';
import singleServer from '../../../lib/config/declarations/single-server';
import { faultsIn } from '../../support/faults';

const experiments = (declared: unknown, base: object = reference) =>
  resolveDeployment({ ...base, experiments: declared }).experiments;
const faultsOf = (declared: unknown, base: object = reference) =>
  faultsIn({ ...base, experiments: declared }).map(
    ({ path, found, allowed }) => `${path}: ${found}; ${allowed}`,
  );

test('there are none by default', () => {
  expect(resolveDeployment(reference).experiments).toBeUndefined();
  expect(experiments(false)).toBeUndefined();
});

test('declared empty they are all that the deployment has something for, for ten minutes', () => {
  expect(experiments({})).toEqual({
    kinds: ['zone-power', 'region-connectivity', 'database-failover'],
    minutes: 10,
  });
  expect(experiments({}, loadBalanced)?.kinds).toEqual(['zone-power', 'database-failover']);
  const one = { ...reference, stores: { main: { engine: 'aurora', instancesPerRegion: 1 } } };
  expect(experiments({}, one)?.kinds).toEqual(['zone-power', 'region-connectivity']);
});

test('kinds are kept once each, in one order', () => {
  const kinds = ['database-failover', 'zone-power', 'zone-power'];
  expect(experiments({ kinds, minutes: 720 })).toEqual({
    kinds: ['zone-power', 'database-failover'],
    minutes: 720,
  });
});

test('what would have no target, and what is none, is refused with all faults at once', () => {
  const declared = { kinds: ['region-connectivity', 'earthquake'], minutes: 0, zones: 1 };
  const found = faultsOf(declared, loadBalanced);
  expect(found).toHaveLength(4);
  const all = found.join('\n');
  expect(all).toContain('experiments.kinds.0: "region-connectivity"; another kind, or two');
  expect(all).toContain('experiments.kinds.1: "earthquake"; "zone-power", "region-connectivity"');
  expect(all).toContain('experiments.minutes: 0; a whole number of 1 to 720');
  expect(all).toContain('experiments.zones');
});

test.each([
  ['no kind', { kinds: [] }, 'experiments.kinds'],
  ['no list', { kinds: 'zone-power' }, 'experiments.kinds'],
  ['no object', true, 'experiments'],
])('%s is refused', (_, declared, path) => {
  expect(faultsIn({ ...reference, experiments: declared }).map((it) => it.path)).toEqual([path]);
});

test('one server has nothing that could take over', () => {
  expect(faultsOf({}, singleServer)).toEqual([expect.stringContaining('experiments: an object')]);
  expect(experiments(false, singleServer)).toBeUndefined();
});
