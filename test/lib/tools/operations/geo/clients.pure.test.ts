import type { Response } from 'maxmind';
import { open } from 'maxmind';
import networks from '../../../../../lib/tools/operations/geo/data/networks.json';
import { everyClient } from '../../../../../lib/tools/operations/geo/private/clients';
import { kilometres } from '../../../../../lib/tools/operations/geo/private/sphere';

const DATABASE = '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb';

test('each network lies, from its first address to its last, in the country it stands for', async () => {
  const database = await open<Response & { readonly country_code?: string }>(
    require.resolve(DATABASE),
  );
  const misplaced = Object.entries(networks).filter(([country, network]) =>
    ['.0', '.128', '.255'].some(
      (last) => database.get(network.replace(/\.0$/, last))?.country_code !== country,
    ),
  );
  expect(misplaced).toEqual([]);
});

test('every client has a place and a continent, and all but six countries a network', () => {
  const clients = everyClient();
  const lacking = (property: 'coordinates' | 'network') =>
    clients.filter((client) => client[property] === undefined).map(({ id }) => id);
  expect(lacking('coordinates')).toEqual([]);
  expect(lacking('network').sort()).toEqual(['AC', 'CC', 'CX', 'EH', 'TA', 'TF']);
  expect(new Set(clients.map(({ id }) => id)).size).toBe(clients.length);
});

test.each([
  ['a quarter of the equator', [0, 0], [0, 90], 10_007.5],
  ['pole to pole', [90, 12], [-90, -50], 20_015],
  ['Frankfurt to Tokyo', [50.11, 8.68], [35.68, 139.69], 9330],
  ['nowhere', [10, 10], [10, 10], 0],
] as const)('%s', (_, [a, b], [c, d], expected) => {
  const from = { latitude: a, longitude: b };
  const to = { latitude: c, longitude: d };
  expect(kilometres(from, to) / 10).toBeCloseTo(expected / 10, 0);
});
