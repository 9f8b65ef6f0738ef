import type { Deployment } from '../deployment';
import { clustersOf } from '../clusters';
import { Names } from '../names';
import { SERVICES_ENDPOINT, setAside } from '../endpoints-declaration';
import { storesOf } from '../stores';
import type { Field } from './field';

/** S3 bucket names and RDS identifiers. */
const MOST_IDENTIFIER = 63;
/** Of Keyspaces. */
const MOST_KEYSPACE = 48;
/** Of ElastiCache. */
const MOST_CACHE = 40;
/** The common name of a certificate, in octets. */
const MOST_COMMON_NAME = 64;

/** Reports every name that is too long for AWS, once per kind, at the longest. */
export function checkComputedNames(root: Field, deployment: Deployment): void {
  const names = new Names(deployment);
  const regions = deployment.regions.map(({ name }) => name);
  const clusters = clustersOf(deployment).flatMap(({ store, shard, regions: members }) => [
    names.globalCluster(store.name, shard),
    ...(store.proxy === undefined ? [] : [`${names.proxy(store.name, shard)}-read`]),
    // The longest instance's identifier is the cluster's with the instance's number.
    ...members.map(
      (region) => `${names.cluster(store.name, shard, region)}-${store.instancesPerRegion}`,
    ),
    ...members.flatMap((region) =>
      store.endpoints.map(({ name }) => `${names.cluster(store.name, shard, region)}-${name}`),
    ),
    ...members
      .filter(() => setAside(store.endpoints).size > 0)
      .map((region) => `${names.cluster(store.name, shard, region)}-${SERVICES_ENDPOINT}`),
  ]);
  const graphs = storesOf(deployment, 'neptune').flatMap(({ name, regions: members, ...store }) =>
    members.map((region) => `${names.storeCluster(name, region)}-${store.instancesPerRegion}`),
  );
  const limitless = storesOf(deployment, 'aurora-limitless').flatMap(({ name, regions: members }) =>
    members.map((region) => names.storeCluster(name, region)),
  );
  const buckets = regions.flatMap((region) => [
    names.bucket('site', region),
    names.bucket('switch', region),
    names.bucket('logs', region),
    names.bucket('uploads', region),
  ]);
  const { recovery } = deployment;
  if (recovery?.reports === true) buckets.push(names.bucket('reports', recovery.region));
  const keyspaces = storesOf(deployment, 'keyspaces').map(({ name }) => names.keyspace(name));
  const { cache } = deployment;
  const caches = cache === undefined ? [] : regions.map((it) => names.cacheGroup(it, cache));
  const hosts = regions.map((region) => names.regionalHost(region));
  check(root, 'bucket', buckets, MOST_IDENTIFIER, 'a shorter `name`');
  check(
    root,
    'cluster',
    [...clusters, ...graphs, ...limitless],
    MOST_IDENTIFIER,
    'shorter names of store, shard or `name`',
  );
  check(root, 'keyspace', keyspaces, MOST_KEYSPACE, 'shorter names of store or `name`');
  check(root, 'cache', caches, MOST_CACHE, 'a shorter `name`');
  check(root, 'host', hosts, MOST_COMMON_NAME, 'a shorter `domainName`');
}

function check(
  root: Field,
  kind: string,
  names: readonly string[],
  most: number,
  remedy: string,
): void {
  const longest = names.reduce((one, other) => (other.length > one.length ? other : one), '');
  if (longest.length <= most) return;
  root.reject(
    `computed ${kind} names of at most ${most} characters: ${remedy}`,
    `"${longest}", ${longest.length} characters`,
  );
}
