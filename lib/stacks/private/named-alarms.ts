import { Names, checkOf, clustersOf, datastoreRole, tablesOf } from '../../config';
import type { Deployment, RegionName } from '../../config';
import type { PanelLine, RunbookAlarm, Shown } from '../../constructs/observability';
import {
  cacheAlarms,
  checkAlarms,
  commits,
  databaseAlarms,
  datastoreAlarms,
  deadLetterAlarm,
  proxyAlarms,
  queueAlarms,
  serverAlarms,
  serverlessCacheAlarms,
  tableAlarms,
} from '../../constructs/observability';
import { storeAlarms } from './store-alarms';

interface Place {
  readonly deployment: Deployment;
  readonly names: Names;
  readonly region: RegionName;
}

/** A Region's alarms on what we name ourselves, so that any Region can show what they watch. */
export function namedAlarms(deployment: Deployment, region: RegionName): readonly RunbookAlarm[] {
  const place = { deployment, region, names: new Names(deployment) };
  return [ofServers, ofDatabases, ofTables, ofCache, ofQueues].flatMap((of) => of(place));
}

/** The same as lines of a dashboard, with who writes. */
export function namedLines(deployment: Deployment, region: RegionName): readonly PanelLine[] {
  const names = new Names(deployment);
  const writers = clustersOf(deployment)
    .filter(({ serving }) => serving.includes(region))
    .map(({ store, shard }) => ({
      ...commits(names.cluster(store.name, shard, region)),
      subject: `${store.name}-${shard}`,
    }));
  return linesOf([...writers, ...namedAlarms(deployment, region)], region);
}

/** Lines that are told apart by what they are of and by their Region. */
export function linesOf(
  shown: readonly (Shown & Pick<RunbookAlarm, 'subject'>)[],
  region: RegionName,
): readonly PanelLine[] {
  return shown.map((alarm) => ({
    ...{ alarm, region },
    label: [alarm.subject, region].filter((it) => it !== undefined).join(' '),
  }));
}

function ofServers({ deployment, names }: Place): readonly RunbookAlarm[] {
  const [service] = deployment.services;
  const servers = service?.compute.fargate;
  if (service === undefined || servers === undefined) return [];
  const cluster = names.serverCluster();
  return serverAlarms({ cluster, service: service.name, minTasks: servers.minTasks });
}

function ofDatabases({ deployment, names, region }: Place): readonly RunbookAlarm[] {
  const clusters = clustersOf(deployment);
  return clusters
    .filter(({ regions }) => regions.includes(region))
    .flatMap(({ store, shard, regions, serving }) => [
      ...databaseAlarms({
        cluster: names.cluster(store.name, shard, region),
        instanceClass: store.instanceClass,
        capacityUnits: store.capacityUnits,
        subject: `${store.name}-${shard}`,
        peers: regions.filter((name) => name !== region),
        rpoSeconds: deployment.objectives.rpoSeconds,
        headless: !serving.includes(region),
        logicalReplication: store.logicalReplication,
      }),
      ...(store.proxy === undefined || !serving.includes(region)
        ? []
        : proxyAlarms(names.proxy(store.name, shard), `${store.name}-${shard}`)),
    ]);
}

function ofTables({ deployment, names, region }: Place): readonly RunbookAlarm[] {
  const peers = deployment.regions.map(({ name }) => name).filter((name) => name !== region);
  const own = tablesOf(deployment).flatMap((kind) =>
    tableAlarms({ table: names.table(kind), subject: kind, peers }),
  );
  return [...own, ...storeAlarms(deployment, region)];
}

function ofCache({ deployment, names, region }: Place): readonly RunbookAlarm[] {
  const { cache } = deployment;
  if (cache === undefined) return [];
  if (cache.kind === 'serverless') {
    return serverlessCacheAlarms({
      cacheName: names.cacheGroup(region, cache),
      maxStorageGb: cache.maxStorageGb,
    });
  }
  const nodes = names.cacheNodes(region, cache);
  const copied = datastoreRole(cache, region) === 'secondary';
  return [...cacheAlarms(nodes), ...(copied ? datastoreAlarms(nodes) : [])];
}

function ofQueues({ deployment, names }: Place): readonly RunbookAlarm[] {
  const queues = deployment.queues.flatMap((queue) =>
    queueAlarms({
      subject: queue.name,
      queueName: names.queue(queue),
      deadLettersName: names.deadLetters(queue),
      ageSeconds: queue.ageAlarmSeconds,
    }),
  );
  const jobs = deployment.jobs.length > 0 ? [deadLetterAlarm('jobs', names.deadJobs())] : [];
  const check = checkOf(deployment) === undefined ? [] : checkAlarms(names.checkNamespace());
  return [...queues, ...jobs, ...check];
}
