import { resolveDeployment } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';
import { existingNetwork } from '../../support/existing-network';
import { faultsIn } from '../../support/faults';

const frankfurt = existingNetwork('eu-central-1', 20);
const columbus = existingNetwork('us-east-2', 21);
const withRegions = (regions: Record<string, object>) => ({ ...reference, regions });

test('block and zones are those of the network, and other Regions keep blocks of their own', () => {
  const network = { ...frankfurt, cidr: '10.0.0.0/20' };
  const { regions } = resolveDeployment(
    withRegions({ 'eu-central-1': { network }, 'us-east-2': {} }),
  );
  expect(
    regions.map(({ name, cidr, zones, network: it }) => [name, cidr, zones, it?.vpcId]),
  ).toEqual([
    ['eu-central-1', '10.0.0.0/20', Object.keys(frankfurt.zones), frankfurt.vpcId],
    ['us-east-2', '10.1.0.0/16', ['us-east-2a', 'us-east-2b', 'us-east-2c'], undefined],
  ]);
});

test('zones are taken in the order of their letters, whatever that of the declaration', () => {
  const zones = Object.fromEntries(Object.entries(frankfurt.zones).reverse());
  const { regions } = resolveDeployment(
    withRegions({ 'eu-central-1': { network: { ...frankfurt, zones } }, 'us-east-2': {} }),
  );
  expect(regions[0]?.zones).toEqual(['eu-central-1a', 'eu-central-1b', 'eu-central-1c']);
});

test('networks share no address with each other, nor with a block that another Region asks for', () => {
  const inside = { ...columbus, cidr: '172.20.128.0/20' };
  expect(
    faultsIn(
      withRegions({ 'eu-central-1': { network: frankfurt }, 'us-east-2': { network: inside } }),
    ),
  ).toEqual([
    {
      path: 'regions.us-east-2.network.cidr',
      found: '"172.20.128.0/20", part of which eu-central-1 has',
      allowed: 'a block apart from those of other Regions',
    },
  ]);
  const ten = { ...columbus, cidr: '10.7.16.0/20' };
  const faults = faultsIn(
    withRegions({ 'eu-central-1': { cidr: '10.7.0.0/16' }, 'us-east-2': { network: ten } }),
  );
  expect(faults.map(({ path, found }) => [path, found])).toEqual([
    ['regions.eu-central-1.cidr', '"10.7.0.0/16", which us-east-2 has'],
  ]);
});

test('all that is wrong with a network is said at once, each with its path and what is allowed', () => {
  const [first, second] = Object.values(frankfurt.zones);
  const network = {
    ...{ vpcId: 'vpc-1', cidr: '10.0.0.0/8', natAddresses: ['10.0.0.1'], endpoints: true },
    zones: {
      'eu-central-1a': first,
      'eu-central-1b': { ...second, private: first?.private },
      'eu-central-1d': { public: { subnet: 'rtb-12345678' } },
    },
  };
  const faults = faultsIn(
    withRegions({ 'eu-central-1': { network, zones: [] }, 'us-east-2': { network: columbus } }),
  );
  const at = 'regions.eu-central-1';
  expect(faults.map(({ path }) => path).sort()).toEqual(
    [
      ...[`${at}.zones`, `${at}.network.vpcId`, `${at}.network.cidr`, `${at}.network.endpoints`],
      ...[`${at}.network.natAddresses.0`, `${at}.network.zones.eu-central-1d`],
      `${at}.network.zones.eu-central-1b.private.subnet`,
      ...['public.subnet', 'public.routeTable', 'private', 'isolated'].map(
        (path) => `${at}.network.zones.eu-central-1d.${path}`,
      ),
    ].sort(),
  );
  for (const { allowed, found } of faults) expect([allowed, found]).not.toContain('');
});

test.each([
  ['two zones', Object.entries(frankfurt.zones).slice(0, 2)],
  ['no zone', []],
])('a network of %s is refused: every Region has three', (_what, zones) => {
  const network = { ...frankfurt, zones: Object.fromEntries(zones) };
  const faults = faultsIn(withRegions({ 'eu-central-1': { network }, 'us-east-2': {} }));
  expect(faults.map(({ path }) => path)).toEqual(['regions.eu-central-1.network.zones']);
});
