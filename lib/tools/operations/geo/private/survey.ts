import type { Client, ClientView, Hop, Sight, Verdict } from '../model';
import type { Outlook } from './expect';
import { expectation } from './expect';
import { regionNames } from './hops';
import type { Picking } from './picked';
import type { RecordIndex } from './records';
import type { GeoResolver } from './resolver';
import { Unanswered } from './resolver';

export interface SurveyOptions {
  readonly index: RecordIndex;
  readonly hops: readonly Hop[];
  readonly clients: readonly Client[];
  readonly outlook: Outlook;
  /** @default no function of the edge picks a Region */
  readonly picking?: Picking | undefined;
  /** @default nobody is asked */
  readonly resolver?: GeoResolver;
  /** Why a client cannot be asked for; `undefined` where it can. */
  readonly notAsked: (client: Client) => string | undefined;
  /** How many questions may be under way at once. */
  readonly atOnce: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** What every client should get, and what it gets where somebody is asked. */
export async function survey(options: SurveyOptions): Promise<readonly ClientView[]> {
  const { clients, hops, resolver } = options;
  const known = resolver && (await knownAddresses(options.index, resolver));
  const asks = clients.flatMap((client) => hops.map((hop) => ({ client, hop })));
  const shared = new Map<string, Promise<readonly string[]>>();
  let done = 0;
  const sights = await inParallel(asks, options.atOnce, async ({ client, hop }) => {
    const sight = await look(client, hop, options, known, shared);
    options.onProgress?.((done += 1), asks.length);
    return sight;
  });
  return clients.map((client, at) => ({
    client,
    sights: sights.slice(at * hops.length, (at + 1) * hops.length),
  }));
}

/** Addresses of each Region by its own name, which a Region must have to be recognised. */
interface Known {
  readonly regionOf: ReadonlyMap<string, string>;
  /** Regions whose addresses could not be learned, and why. */
  readonly faults: readonly string[];
}

async function knownAddresses(index: RecordIndex, resolver: GeoResolver): Promise<Known> {
  const regionOf = new Map<string, string>();
  const faults: string[] = [];
  for (const [region, name] of regionNames(index)) {
    try {
      const addresses = await resolver.addresses(name, undefined);
      if (addresses.length === 0) faults.push(`${name} has no address`);
      for (const address of addresses) regionOf.set(address, region);
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      faults.push(`${name}: ${error.message}`);
    }
  }
  return { regionOf, faults };
}

async function look(
  client: Client,
  hop: Hop,
  options: SurveyOptions,
  known: Known | undefined,
  shared: Map<string, Promise<readonly string[]>>,
): Promise<Sight> {
  const { index, outlook, resolver, picking } = options;
  const isPicked = hop === picking?.hop;
  const expected = isPicked
    ? await picking.reaches(client, outlook)
    : expectation(index, hop.name, client, outlook);
  const served = expected.some(({ dead }) => !dead);
  const sight = { name: hop.name, hop: hop.kind, expected, served };
  const partly = index.unread.find(({ name }) => name === hop.name);
  const unknown = (reason: string): Sight => ({
    ...{ ...sight, answered: null, verdict: 'unknown', reason },
  });
  if (partly !== undefined) return unknown(`${partly.record} is not understood: ${partly.reason}`);
  if (resolver === undefined || known === undefined) {
    return { ...sight, answered: null, verdict: 'not-asked', reason: '' };
  }
  if (isPicked) {
    return { ...sight, answered: null, verdict: 'not-asked', reason: 'the edge decides, not DNS' };
  }
  const refusal = hop.policy === 'simple' ? undefined : options.notAsked(client);
  if (refusal !== undefined) {
    return { ...sight, answered: null, verdict: 'not-asked', reason: refusal };
  }
  try {
    const addresses = await ask(resolver, client, hop, shared);
    return { ...sight, ...judge(sight, addresses, known) };
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    return unknown(error.message);
  }
}

/** A name that has one answer for everybody is asked once. */
function ask(
  resolver: GeoResolver,
  client: Client,
  hop: Hop,
  shared: Map<string, Promise<readonly string[]>>,
): Promise<readonly string[]> {
  if (hop.policy !== 'simple') return resolver.addresses(hop.name, client.network);
  const asked = shared.get(hop.name) ?? resolver.addresses(hop.name, undefined);
  shared.set(hop.name, asked);
  return asked;
}

function judge(
  { expected, hop }: Pick<Sight, 'expected' | 'hop'>,
  addresses: readonly string[],
  known: Known,
): Pick<Sight, 'answered' | 'verdict' | 'reason'> {
  const answered = [
    ...new Set(
      // The CDN has no name of its own here: it is whoever answers for it and is no Region.
      addresses.map((it) => known.regionOf.get(it) ?? (hop === 'edge' ? 'edge' : it)),
    ),
  ].sort();
  const sure = new Set(expected.filter(({ share }) => share > 0).map(({ target }) => target));
  const near = new Set(expected.filter((it) => it.near).map(({ target }) => target));
  const told = (verdict: Verdict, reason = '') => ({ answered, verdict, reason });
  if (answered.length === 0) return told(expected.length === 0 ? 'expected' : 'differs');
  const odd = answered.filter((it) => !sure.has(it) && !near.has(it));
  // An address of nobody known may be a Region's that could not be learned.
  if (odd.some((it) => addresses.includes(it)) && known.faults.length > 0) {
    return told('unknown', `not every Region's addresses are known: ${known.faults.join('; ')}`);
  }
  if (odd.length > 0) return told('differs');
  return told(answered.every((it) => sure.has(it)) ? 'expected' : 'near');
}

async function inParallel<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const entries = items.entries();
  const worker = async (): Promise<void> => {
    for (const [at, item] of entries) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
