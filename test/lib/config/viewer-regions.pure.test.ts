import { countries } from 'countries-list';
import { resolveDeployment, viewerRegions } from '../../../lib/config';
import type { RoutingDeclaration } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';

const NAMES = ['eu-central-1', 'us-east-2', 'ap-northeast-1'];
const viewers = (routing: RoutingDeclaration = { policy: 'latency' }) =>
  viewerRegions(resolveDeployment({ ...reference, routing }));

test('by latency each country has the nearest Region first, and then the next nearest', () => {
  const { byCountry, otherwise } = viewers();
  expect(byCountry['DE']).toEqual(['eu-central-1', 'us-east-2', 'ap-northeast-1']);
  expect(byCountry['JP']?.[0]).toBe('ap-northeast-1');
  expect(byCountry['AU']?.[0]).toBe('ap-northeast-1');
  expect(byCountry['CA']).toEqual(['us-east-2', 'eu-central-1', 'ap-northeast-1']);
  expect(otherwise).toEqual(NAMES);
});

test('every country has every Region once', () => {
  const { byCountry } = viewers();
  expect(Object.keys(byCountry).sort()).toEqual(Object.keys(countries).sort());
  for (const order of Object.values(byCountry))
    expect([...order].sort()).toEqual([...NAMES].sort());
});

test('by place a country goes before its continent, and the rest elsewhere', () => {
  const { byCountry, otherwise } = viewers({
    policy: 'geolocation',
    places: {
      'ap-northeast-1': { countries: ['DE'] },
      'eu-central-1': { continents: ['EU'] },
      'us-east-2': { continents: ['NA'] },
    },
    elsewhere: 'us-east-2',
  });
  expect(byCountry['DE']).toEqual(['ap-northeast-1', 'eu-central-1', 'us-east-2']);
  expect(byCountry['FR']?.[0]).toBe('eu-central-1');
  expect(byCountry['JP']?.[0]).toBe('us-east-2');
  expect(otherwise[0]).toBe('us-east-2');
});

test('by failover everybody has the declared order', () => {
  const order = ['us-east-2', 'eu-central-1', 'ap-northeast-1'];
  expect(viewers({ policy: 'failover', order })).toEqual({ byCountry: {}, otherwise: order });
});
