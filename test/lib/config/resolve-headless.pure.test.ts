import { clustersOf, recoveryPairsOf, resolveDeployment } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';
import { faultsIn } from '../../support/faults';

const [EUROPE, AMERICA, ASIA] = ['eu-central-1', 'us-east-2', 'ap-northeast-1'];

const declared = (headless: unknown, store: object = {}, more: object = {}) => ({
  ...{ ...reference, ...more },
  stores: { main: { engine: 'aurora', ...store, headless } },
});
const faultsOf = (declaration: object) =>
  faultsIn(declaration).map(({ path, found }) => `${path}: ${found}`);

it('has a member everywhere, with instances everywhere, where nothing is said', () => {
  const [cluster] = clustersOf(resolveDeployment(declared(undefined)));
  expect(cluster).toMatchObject({
    regions: [EUROPE, AMERICA, ASIA],
    serving: [EUROPE, AMERICA, ASIA],
  });
});

it('keeps a member of storage alone in a Region that is headless, and moves nobody there', () => {
  const deployment = resolveDeployment(declared([ASIA]));
  const [cluster] = clustersOf(deployment);
  expect(cluster).toMatchObject({
    regions: [EUROPE, AMERICA, ASIA],
    serving: [EUROPE, AMERICA],
  });
  expect(recoveryPairsOf(deployment).map(({ standby }) => standby)).toEqual([AMERICA]);
});

it('has no plans by default where every other copy is storage alone', () => {
  expect(resolveDeployment(declared([AMERICA, ASIA])).recovery).toBeUndefined();
});

it.each<[string, object, string[]]>([
  [
    'the Region in which it is born and written',
    declared([EUROPE]),
    [`stores.main.headless: ${EUROPE}, where shard s0 of main is born`],
  ],
  [
    'the home of a shard',
    declared([ASIA], {}, { shards: { s0: {}, s1: { home: ASIA } } }),
    [`stores.main.headless: ${ASIA}, where shard s1 of main is written`],
  ],
  [
    'a Region without a copy, one twice, and what is no list',
    declared(['eu-west-1']),
    ['stores.main.headless.0: "eu-west-1"'],
  ],
  ['one twice', declared([ASIA, ASIA]), [`stores.main.headless: ${ASIA}, ${ASIA}`]],
  ['what is no list', declared('all'), ['stores.main.headless: "all"']],
  [
    'plans where nothing could be promoted',
    declared([AMERICA, ASIA], {}, { recovery: {} }),
    ['recovery: an object'],
  ],
  [
    'the sample workload in a Region whose undivided store has no reader',
    declared([ASIA], { sharded: false }),
    [`services: the sample workload in ${ASIA} without store main`],
  ],
])('refuses %s', (_, declaration, expected) => {
  expect(faultsOf(declaration)).toEqual(expected);
});
