import type { AssemblyResource, AssemblyStack, Json } from '../../assembly';
import { isJsonList, isJsonObject } from '../../assembly';
import type { ParityException } from '../model';
import { like } from './acknowledge';
import { existingNetworks, madeWithNetworks, namesOfNetworks } from './existing-networks';
import { regionsIn } from './regions-in';
import { ownShares, servingRegions } from './routing';
import { shardMapsOf } from './shard-map';
import { groupBy } from './view';
import type { View } from './view';

/** A difference between one Region and the others. */
export interface Difference {
  readonly at: AssemblyResource | AssemblyStack;
  readonly message: string;
}

/** Properties in which the birth Region's cluster differs on purpose; other rules watch them. */
const BORN = new Set(['MasterUsername', 'MasterUserPassword', 'DatabaseName', 'GlobalClusterIdentifier', 'ReplicationSourceIdentifier']); // prettier-ignore

interface Entry {
  readonly resource: AssemblyResource;
  readonly plain: Json;
  readonly text: string;
}

/**
 * What serving Regions have that others have not, after names of Regions, zones, addresses and
 * accounts are made equal. Resources are compared by what they are, not by what they are called.
 */
export function differencesOf(view: View): readonly Difference[] {
  const serving = view.once(servingRegions);
  const regional = view
    .all()
    .filter(({ stack }) => serving.includes(stack.region) && isRegional(stack))
    .filter(({ stack }) => !view.once(unevenData).has(stack.id) && !holdsPlans(stack))
    // Pictures of what is there, which is compared itself.
    .filter(({ type }) => type !== 'AWS::CloudWatch::Dashboard')
    .filter((it) => !watchesShards(view, it) && !watchesBackups(view, it) && !ofDatastore(view, it))
    .filter(({ key }) => !view.once(ownShares).has(key))
    // Some Regions have networks of others: what ours are made of they cannot have.
    .filter((it) => existingNetworks(view).length === 0 || !madeWithNetworks(it));
  const regions = [...new Set(regional.map(({ stack }) => stack.region))];
  if (regions.length < 2) return [];
  const types = groupBy(regional, ({ type }) => type);
  return [...types.values()].flatMap((all) => {
    const entries = all.map((resource) => entryOf(view, resource));
    const counted = view.once(shardNames).length > 0 ? oneOfEach(entries) : entries;
    return compare(counted, regions, [...view.assembly.stacks.values()]).filter(
      (it) => !isExcepted(it, view.intent.parityExceptions),
    );
  });
}

/**
 * Stacks of databases of which Regions have different numbers: shards have a home and a standby, not
 * a copy everywhere. Other rules hold the members of each global database against each other.
 */
const unevenData = (view: View): ReadonlySet<string> => {
  const stacks = [...view.assembly.stacks.values()].filter(({ resources }) =>
    [...resources.values()].some(({ type }) => /::(DB|Global)Cluster$/.test(type)),
  );
  const role = ({ id }: AssemblyStack): string =>
    regionsIn(id).reduce((text, region) => text.replaceAll(region, 'REGION'), id);
  const regions = view.once(servingRegions).length;
  return new Set(
    [...groupBy(stacks, role).values()]
      .filter(
        (all) => all.length !== regions || new Set(all.map((it) => it.region)).size !== regions,
      )
      .flat()
      .map(({ id }) => id),
  );
};

/**
 * Whoever backs up stands where clusters were born, which is in one Region or in some; whether all is
 * backed up and copied is what `backup-copy-missing` judges.
 */
function holdsPlans({ resources }: AssemblyStack): boolean {
  return [...resources.values()].some(({ type }) => type === 'AWS::Backup::BackupPlan');
}

/** Alarms on what those back up stand beside them, in whichever stack. */
function watchesBackups(view: View, resource: AssemblyResource): boolean {
  if (resource.type !== 'AWS::CloudWatch::Alarm') return false;
  return /"Namespace":"[^"]*\/Backup"/.test(JSON.stringify(view.props(resource)));
}

/** Alarms on databases where each Region has its own shards; `rpo-unwatched` holds them to account. */
function watchesShards(view: View, resource: AssemblyResource): boolean {
  if (resource.type !== 'AWS::CloudWatch::Alarm' || view.once(shardNames).length === 0)
    return false;
  return JSON.stringify(view.props(resource)).includes('"AWS/RDS"');
}

/**
 * A secondary of a global datastore takes from its primary what that says itself, and alone lags behind;
 * `global-datastore-illegal` holds the members against each other.
 */
function ofDatastore(view: View, resource: AssemblyResource): boolean {
  if (view.all('AWS::ElastiCache::GlobalReplicationGroup').length === 0) return false;
  if (resource.type === 'AWS::CloudWatch::Alarm')
    return JSON.stringify(view.props(resource)).includes('"AWS/ElastiCache"');
  return /^AWS::ElastiCache::(ReplicationGroup|ParameterGroup)$/.test(resource.type);
}

/** Names of shards, where there are several: which of them a Region holds is no difference. */
const shardNames = (view: View): readonly string[] => {
  const names = Object.keys(view.once(shardMapsOf)[0]?.shards ?? {});
  return names.length > 1 ? names : [];
};

/** Stacks of one Region among several bear its name; the others stand once for all. */
function isRegional({ id, name, region }: AssemblyStack): boolean {
  return id.includes(region) || name.includes(region);
}

function isExcepted({ at }: Difference, exceptions: readonly ParityException[] = []): boolean {
  if (!('logicalId' in at)) return false;
  return exceptions.some(
    ({ role }) => like(role).test(at.type) || like(role).test(`${at.type} ${at.logicalId}`),
  );
}

function entryOf(view: View, resource: AssemblyResource): Entry {
  const plain = normal(view.props(resource), view) ?? null;
  return { resource, plain, text: JSON.stringify(plain) };
}

/** Lists whose order is their meaning. */
const ORDERED = new Set(['Command', 'EntryPoint', 'Steps']);

function normal(value: Json, view: View, name = ''): Json | undefined {
  if (isJsonList(value)) {
    const items = value.map((item) => normal(item, view) ?? null);
    if (ORDERED.has(name)) return items;
    // Lists that name one thing for each Region come in another order in each.
    const isPlain = items.every((item) => typeof item === 'string');
    const each = isPlain || view.once(shardNames).length > 0 ? distinct(items) : items;
    return [...each].sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  }
  if (isJsonObject(value)) {
    const entries = Object.entries(value)
      .filter(([key]) => !BORN.has(key))
      .sort(([one], [other]) => (one < other ? -1 : 1));
    return Object.fromEntries(
      entries.map(([key, item]) => [normalText(key, view), normal(item, view, key) ?? null]),
    );
  }
  // CloudFormation takes numbers and truth values as text too.
  return value === null ? null : normalText(plainText(String(value), name), view);
}

/** What an instance starts with is encoded, and so are the names of Regions in it. */
function plainText(text: string, name: string): string {
  if (name !== 'UserData' || !/^[A-Za-z0-9+/]+=*$/.test(text)) return text;
  return Buffer.from(text, 'base64').toString('utf8');
}

function shardPattern(shards: readonly string[]): RegExp {
  const escaped = shards.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`(?<![A-Za-z0-9])(?:${escaped.join('|')})(?![A-Za-z0-9])`, 'g');
}

function distinct(items: readonly Json[]): readonly Json[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

/** Most texts of a template stand in it many times. */
const normalTexts = (): Map<string, string> => new Map();

function normalText(text: string, view: View): string {
  const known = view.once(normalTexts);
  let found = known.get(text);
  if (found === undefined) {
    found = computeNormal(text, view);
    known.set(text, found);
  }
  return found;
}

function computeNormal(text: string, view: View): string {
  const bare = text.replace(
    /\uE000([^\uE001]*)\uE001([^\uE002]*)\uE002/g,
    (_, key: string, attribute: string) => {
      return `<${view.assembly.resource(key)?.type ?? ''} ${attribute}>`;
    },
  );
  const own = [...view.once(namesOfNetworks)].reduce(
    (it, [from, to]) => it.replaceAll(from, to),
    bare,
  );
  const shards = view.once(shardNames);
  const named = shards.length === 0 ? own : own.replace(shardPattern(shards), 'SHARD');
  return regionsIn(named)
    .reduce((it, region) => it.replaceAll(region, 'REGION'), named)
    .replace(/REGION[a-f](?![\w-])/g, 'ZONE')
    .replace(/\d+\.\d+\.\d+\.\d+(\/\d+)/g, 'BLOCK$1')
    .replace(/\bpl-[0-9a-f]+\b/g, 'PREFIX-LIST')
    .replace(/REGION(,REGION)+/g, 'REGIONS')
    .replace(/\b\d{12}\b/g, 'ACCOUNT');
}

/** With shards a Region may have several of a kind, such as an alarm for each: one stands for all. */
function oneOfEach(entries: readonly Entry[]): readonly Entry[] {
  const key = ({ resource, text }: Entry): string => `${resource.stack.region} ${text}`;
  return [...new Map(entries.map((entry) => [key(entry), entry])).values()];
}

function compare(
  entries: readonly Entry[],
  regions: readonly string[],
  stacks: readonly AssemblyStack[],
): readonly Difference[] {
  const odd: Entry[] = [];
  const lacking: { region: string; sample: Entry }[] = [];
  for (const same of groupBy(entries, ({ text }) => text).values()) {
    const counts = regions.map(
      (region) => same.filter((it) => it.resource.stack.region === region).length,
    );
    if (new Set(counts).size === 1) continue;
    const usual = majority(counts);
    for (const [index, region] of regions.entries()) {
      const count = counts[index] ?? 0;
      const own = same.filter((it) => it.resource.stack.region === region);
      odd.push(...own.slice(0, usual === undefined ? own.length : Math.max(count - usual, 0)));
      const [sample] = same;
      const missing = (usual ?? Math.max(...counts)) - count;
      for (let it = 0; it < missing && sample !== undefined; it += 1)
        lacking.push({ region, sample });
    }
  }
  return pair(odd, lacking, { entries, stacks });
}

/** A resource that only one Region has like this, and what it lacks instead, are one difference. */
function pair(
  odd: readonly Entry[],
  lacking: { region: string; sample: Entry }[],
  {
    entries,
    stacks,
  }: { readonly entries: readonly Entry[]; readonly stacks: readonly AssemblyStack[] },
): readonly Difference[] {
  const found: Difference[] = [];
  const left = [...lacking];
  for (const { resource, plain } of odd) {
    const { region } = resource.stack;
    const own = left.filter((it) => it.region === region);
    const twin =
      own.find(({ sample }) => sample.resource.logicalId === resource.logicalId) ?? own[0];
    if (twin !== undefined) left.splice(left.indexOf(twin), 1);
    const other =
      twin?.sample ??
      entries.find(
        (it) => it.resource.stack.region !== region && it.resource.logicalId === resource.logicalId,
      );
    const message =
      other === undefined
        ? `only ${region} has it`
        : `differs from ${other.resource.key}: ${firstDifference(plain, other.plain, '')}`;
    found.push({ at: resource, message });
  }
  for (const { region, sample } of left) {
    const { key, type } = sample.resource;
    found.push({
      at: stackLike(sample.resource.stack, region, stacks),
      message: `${region} lacks a ${type} such as ${key}`,
    });
  }
  return found;
}

/** The stack of another Region that corresponds to a stack. */
function stackLike(
  stack: AssemblyStack,
  region: string,
  stacks: readonly AssemblyStack[],
): AssemblyStack {
  const role = stack.id.replaceAll(stack.region, region);
  const own = stacks.filter((it) => it.region === region);
  return own.find(({ id }) => id === role) ?? own[0] ?? stack;
}

function majority(counts: readonly number[]): number | undefined {
  return counts.find((count) => counts.filter((it) => it === count).length * 2 > counts.length);
}

function firstDifference(one: Json | undefined, other: Json | undefined, path: string): string {
  if (isJsonObject(one) && isJsonObject(other)) {
    const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    const name = names.find((it) => JSON.stringify(one[it]) !== JSON.stringify(other[it]));
    if (name !== undefined)
      return firstDifference(one[name], other[name], path === '' ? name : `${path}.${name}`);
  }
  if (isJsonList(one) && isJsonList(other) && one.length === other.length) {
    const index = one.findIndex((it, at) => JSON.stringify(it) !== JSON.stringify(other[at]));
    if (index >= 0) return firstDifference(one[index], other[index], `${path}[${index}]`);
  }
  return `${path} is ${brief(one)}, there ${brief(other)}`;
}

function brief(value: Json | undefined): string {
  const text = value === undefined ? 'absent' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
