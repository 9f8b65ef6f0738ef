import { clustersOf } from '../clusters';
import type { Cluster } from '../clusters';
import type { Deployment } from '../deployment';
import type { Field } from './field';

/** CloudFormation takes 500; the rest is room for what comes with an update. */
const MOST_RESOURCES = 450;
/** Of a data stack: its security group with two rules, and metadata. */
const BESIDE_MEMBERS = 5;
/** Of a member beside its instances: cluster, log, subnet group and two parameter groups. */
const BESIDE_INSTANCES = 5;
/** Of a Region's alarms: those of doors, servers, tables, and the topic. */
const BESIDE_DATABASES = 60;
const ALARMS_OF_MEMBER = 5;
/** Of the credentials: domains, signing, origin and metadata. */
const BESIDE_MASTERS = 40;

/** Reports clusters that would make a template too large, at the Region that has most of them. */
export function checkStackSizes(root: Field, deployment: Deployment): void {
  const clusters = clustersOf(deployment);
  check(root, 'clusters in all', clusters.length, MOST_RESOURCES - BESIDE_MASTERS);
  for (const { name: region } of deployment.regions) {
    const members = clusters.filter(({ regions }) => regions.includes(region));
    const most = Math.floor((MOST_RESOURCES - BESIDE_DATABASES) / ALARMS_OF_MEMBER);
    if (!check(root, `clusters in ${region}`, members.length, most)) return;
    for (const [birth, cohort] of byBirth(members)) {
      const count = cohort.reduce(
        (sum, { store }) =>
          sum + BESIDE_INSTANCES + store.instancesPerRegion + endpointResources(store),
        BESIDE_MEMBERS,
      );
      const what = `resources of clusters in ${region} that are born in ${birth}`;
      if (!check(root, what, count, MOST_RESOURCES)) return;
    }
  }
}

/** An endpoint and its parameter each, and the services' own. */
function endpointResources({ endpoints }: Cluster['store']): number {
  return endpoints.length * 2 + (endpoints.some(({ exclusive }) => exclusive) ? 1 : 0);
}

function byBirth(clusters: readonly Cluster[]): ReadonlyMap<string, readonly Cluster[]> {
  const births = [...new Set(clusters.map(({ birthRegion }) => birthRegion))];
  return new Map(
    births.map((birth) => [birth, clusters.filter(({ birthRegion }) => birthRegion === birth)]),
  );
}

function check(root: Field, what: string, count: number, most: number): boolean {
  if (count <= most) return true;
  root.reject(`at most ${most} ${what}: fewer shards, stores or instances there`, String(count));
  return false;
}
