import { Locator, VANTAGES } from '../../../../../lib/tools/twin/dns';

let locator: Locator;
beforeAll(async () => {
  locator = await Locator.open();
});

it.each([
  ['81.2.69.142', 'GB', 'EU'],
  ['133.1.1.1', 'JP', 'AS'],
  ['8.8.8.8', 'US', 'NA'],
  ['2a01:4f8:0:0:0:0:0:1', 'DE', 'EU'],
])('%s is in %s', (address, country, continent) => {
  const location = locator.locate(address);
  expect(location).toMatchObject({ country, continent });
  expect(location.coordinates?.latitude).toEqual(expect.any(Number));
});

it.each(['127.0.0.1', '::1', '10.1.2.3'])('%s is nowhere', (address) => {
  expect(locator.locate(address)).toEqual({});
});

it('vantage points go before the database', () => {
  expect(locator.locate('203.0.113.77')).toMatchObject({ country: 'JP', continent: 'AS' });
  expect(locator.locate('2001:db8:2:0:0:0:0:1').coordinates).toEqual({
    latitude: 39.96,
    longitude: -83,
  });
  expect(locator.locate('198.18.2.9').coordinates?.longitude).toBeLessThan(-120);
});

it('no two vantage points share a block', () => {
  const prefixes = VANTAGES.flatMap((vantage) => vantage.prefixes);
  expect(new Set(prefixes).size).toBe(prefixes.length);
});
