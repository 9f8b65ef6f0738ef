import {
  HEALTH_CHECKER_CIDRS,
  REGION_NAMES,
  defaultZones,
  findRegion,
  regionFacts,
  zonesOf,
} from '../../../lib/config';

describe.each(REGION_NAMES)('Region %s', (name) => {
  const facts = regionFacts(name);

  it('offers three different zones by default, each of its own', () => {
    const zones = defaultZones(name);
    expect(new Set(zones).size).toBe(3);
    for (const zone of zones) expect(zone).toMatch(new RegExp(`^${name}[a-f]$`));
    expect(zonesOf(name)).toEqual(expect.arrayContaining([...zones]));
  });

  it('lies on the globe, on its continent’s side of it', () => {
    expect(Math.abs(facts.latitude)).toBeLessThan(70);
    const [west, east] = {
      AF: [-20, 52],
      AS: [60, 150],
      EU: [-12, 35],
      NA: [-130, -60],
      OC: [110, 180],
      SA: [-82, -34],
    }[facts.continent] as [number, number];
    expect(facts.longitude).toBeGreaterThan(west);
    expect(facts.longitude).toBeLessThan(east);
  });
});

it('has a prefix list of its own for every Region', () => {
  const lists = REGION_NAMES.map((name) => regionFacts(name).cloudFrontPrefixList);
  for (const list of lists) expect(list).toMatch(/^pl-[0-9a-f]{8}$/);
  expect(new Set(lists).size).toBe(lists.length);
});

it('has at least three Regions in each Region set', () => {
  for (const set of ['US', 'EU', 'AP']) {
    const members = REGION_NAMES.filter((name) => regionFacts(name).regionSet === set);
    expect(members.length).toBeGreaterThanOrEqual(3);
  }
});

it.each(['us-west-1', 'constructor', ''])('does not know %p', (name) => {
  expect(findRegion(name)).toBeUndefined();
  expect(() => regionFacts(name)).toThrow('`region` must be one of us-east-1');
});

it('lists each range of the health checkers once, as a network address', () => {
  expect(new Set(HEALTH_CHECKER_CIDRS).size).toBe(HEALTH_CHECKER_CIDRS.length);
  for (const cidr of HEALTH_CHECKER_CIDRS) {
    const [address = '', bits = ''] = cidr.split('/');
    const value = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
    expect(value % 2 ** (32 - Number(bits))).toBe(0);
  }
});
