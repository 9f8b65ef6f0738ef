import type { RegionName } from './declaration';

/** Continents as Route 53 geolocation codes. */
export type Continent = 'AF' | 'AS' | 'EU' | 'NA' | 'OC' | 'SA';

/** The three groups of Regions within which DynamoDB keeps a table strongly consistent. */
export type RegionSet = 'US' | 'EU' | 'AP';

/** What this product knows about an AWS Region without asking AWS. */
export interface RegionFacts {
  readonly city: string;
  readonly continent: Continent;
  /** Degrees, north positive; of the Region's published location, good to a city. */
  readonly latitude: number;
  /** Degrees, east positive. */
  readonly longitude: number;
  /** Letters of the zones that an account can see, in order. */
  readonly zoneLetters: string;
  /**
   * Region set of strongly consistent tables.
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/multi-region-strong-consistency-gt.html
   */
  readonly regionSet?: RegionSet;
  /**
   * Id of the managed prefix list `com.amazonaws.global.cloudfront.origin-facing`: fixed per Region,
   * the same in every account. A table, because looking it up needs credentials at synthesis.
   * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/LocationsOfEdgeServers.html
   */
  readonly cloudFrontPrefixList: string;
}

/** Zones a Region must offer, and the number a VPC is laid over. */
export const ZONES_PER_REGION = 3;

/**
 * Regions that can serve: three zones and a prefix list id confirmed by independent public sources
 * (last checked 2026-11). us-west-1 is absent because an account sees only two of its zones there.
 */
export const REGIONS: Readonly<Record<RegionName, RegionFacts>> = {
  'us-east-1': {
    city: 'N. Virginia',
    continent: 'NA',
    latitude: 38.95,
    longitude: -77.45,
    zoneLetters: 'abcdef',
    regionSet: 'US',
    cloudFrontPrefixList: 'pl-3b927c52',
  },
  'us-east-2': {
    city: 'Ohio',
    continent: 'NA',
    latitude: 39.96,
    longitude: -83.0,
    zoneLetters: 'abc',
    regionSet: 'US',
    cloudFrontPrefixList: 'pl-b6a144df',
  },
  'us-west-2': {
    city: 'Oregon',
    continent: 'NA',
    latitude: 45.84,
    longitude: -119.7,
    zoneLetters: 'abcd',
    regionSet: 'US',
    cloudFrontPrefixList: 'pl-82a045eb',
  },
  'ca-central-1': {
    city: 'Montreal',
    continent: 'NA',
    latitude: 45.5,
    longitude: -73.57,
    zoneLetters: 'abd',
    cloudFrontPrefixList: 'pl-38a64351',
  },
  'sa-east-1': {
    city: 'São Paulo',
    continent: 'SA',
    latitude: -23.55,
    longitude: -46.63,
    zoneLetters: 'abc',
    cloudFrontPrefixList: 'pl-5da64334',
  },
  // Opt-in: the account has to enable it first.
  'af-south-1': {
    city: 'Cape Town',
    continent: 'AF',
    latitude: -33.93,
    longitude: 18.42,
    zoneLetters: 'abc',
    cloudFrontPrefixList: 'pl-c0aa4fa9',
  },
  'eu-central-1': {
    city: 'Frankfurt',
    continent: 'EU',
    latitude: 50.11,
    longitude: 8.68,
    zoneLetters: 'abc',
    regionSet: 'EU',
    cloudFrontPrefixList: 'pl-a3a144ca',
  },
  'eu-west-1': {
    city: 'Dublin',
    continent: 'EU',
    latitude: 53.35,
    longitude: -6.26,
    zoneLetters: 'abc',
    regionSet: 'EU',
    cloudFrontPrefixList: 'pl-4fa04526',
  },
  'eu-west-2': {
    city: 'London',
    continent: 'EU',
    latitude: 51.51,
    longitude: -0.13,
    zoneLetters: 'abc',
    regionSet: 'EU',
    cloudFrontPrefixList: 'pl-93a247fa',
  },
  'eu-west-3': {
    city: 'Paris',
    continent: 'EU',
    latitude: 48.86,
    longitude: 2.35,
    zoneLetters: 'abc',
    regionSet: 'EU',
    cloudFrontPrefixList: 'pl-75b1541c',
  },
  'eu-north-1': {
    city: 'Stockholm',
    continent: 'EU',
    latitude: 59.33,
    longitude: 18.07,
    zoneLetters: 'abc',
    cloudFrontPrefixList: 'pl-fab65393',
  },
  'ap-northeast-1': {
    city: 'Tokyo',
    continent: 'AS',
    latitude: 35.68,
    longitude: 139.69,
    zoneLetters: 'acd',
    regionSet: 'AP',
    cloudFrontPrefixList: 'pl-58a04531',
  },
  'ap-northeast-2': {
    city: 'Seoul',
    continent: 'AS',
    latitude: 37.57,
    longitude: 126.98,
    zoneLetters: 'abcd',
    regionSet: 'AP',
    cloudFrontPrefixList: 'pl-22a6434b',
  },
  'ap-northeast-3': {
    city: 'Osaka',
    continent: 'AS',
    latitude: 34.69,
    longitude: 135.5,
    zoneLetters: 'abc',
    regionSet: 'AP',
    cloudFrontPrefixList: 'pl-31a14458',
  },
  'ap-south-1': {
    city: 'Mumbai',
    continent: 'AS',
    latitude: 19.08,
    longitude: 72.88,
    zoneLetters: 'abc',
    cloudFrontPrefixList: 'pl-9aa247f3',
  },
  'ap-southeast-1': {
    city: 'Singapore',
    continent: 'AS',
    latitude: 1.35,
    longitude: 103.82,
    zoneLetters: 'abc',
    cloudFrontPrefixList: 'pl-31a34658',
  },
  'ap-southeast-2': {
    city: 'Sydney',
    continent: 'OC',
    latitude: -33.87,
    longitude: 151.21,
    zoneLetters: 'abc',
    cloudFrontPrefixList: 'pl-b8a742d1',
  },
};

/** Names of the Regions of {@link REGIONS}. */
export const REGION_NAMES: readonly RegionName[] = Object.keys(REGIONS);

/** What is known of a Region, or `undefined` for a name that the table does not have. */
export function findRegion(name: RegionName): RegionFacts | undefined {
  return Object.hasOwn(REGIONS, name) ? REGIONS[name] : undefined;
}

/**
 * What is known of a Region that a resolved deployment names.
 * @throws RangeError for a name that the table does not have
 */
export function regionFacts(name: RegionName): RegionFacts {
  const facts = findRegion(name);
  if (facts === undefined) {
    throw new RangeError(`\`region\` must be one of ${REGION_NAMES.join(', ')}, got: ${name}`);
  }
  return facts;
}

/** Every zone of a Region, for example `eu-central-1a`. */
export function zonesOf(name: RegionName): readonly string[] {
  return Array.from(regionFacts(name).zoneLetters, (letter) => `${name}${letter}`);
}

/** The three zones a VPC is laid over where the declaration names none. */
export function defaultZones(name: RegionName): readonly string[] {
  return zonesOf(name).slice(0, ZONES_PER_REGION);
}
