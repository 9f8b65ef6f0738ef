import { Names, storesOf } from '../../config';
import type { Deployment, RegionName } from '../../config';
import type { RunbookAlarm } from '../../constructs/observability';
import {
  graphAlarms,
  limitlessAlarms,
  tableAlarms,
  wideTableAlarms,
} from '../../constructs/observability';

/** Of stores of other engines than `aurora`: what stands in a Region is watched there. */
export function storeAlarms(deployment: Deployment, here: RegionName): readonly RunbookAlarm[] {
  return [
    ...ofTables(deployment, here),
    ...ofKeyspaces(deployment, here),
    ...ofGraphs(deployment, here),
    ...ofLimitless(deployment, here),
  ];
}

function ofTables(deployment: Deployment, here: RegionName): readonly RunbookAlarm[] {
  const names = new Names(deployment);
  return storesOf(deployment, 'dynamodb')
    .filter(({ regions }) => regions.includes(here))
    .flatMap(({ name, regions, consistency, tables }) => {
      // A strong table is never late: its writes wait.
      const eventual = consistency === 'eventual';
      const peers = eventual ? regions.filter((region) => region !== here) : [];
      return tables.flatMap((table) =>
        tableAlarms({
          table: names.storeTable(name, table.name),
          subject: `${name}-${table.name}`,
          peers,
        }),
      );
    });
}

function ofKeyspaces(deployment: Deployment, here: RegionName): readonly RunbookAlarm[] {
  const names = new Names(deployment);
  return storesOf(deployment, 'keyspaces')
    .filter(({ regions }) => regions.includes(here))
    .flatMap(({ name, tables, regions }) =>
      tables.flatMap((table) =>
        wideTableAlarms({
          keyspace: names.keyspace(name),
          table: table.name,
          subject: `${name}-${table.name}`,
          peers: regions.filter((region) => region !== here),
        }),
      ),
    );
}

function ofGraphs(deployment: Deployment, here: RegionName): readonly RunbookAlarm[] {
  const names = new Names(deployment);
  return storesOf(deployment, 'neptune')
    .filter(({ regions }) => regions.includes(here))
    .flatMap(({ name, regions }) =>
      graphAlarms({
        cluster: names.storeCluster(name, here),
        subject: name,
        peers: regions.filter((region) => region !== here),
        rpoSeconds: deployment.objectives.rpoSeconds,
      }),
    );
}

function ofLimitless(deployment: Deployment, here: RegionName): readonly RunbookAlarm[] {
  const names = new Names(deployment);
  return storesOf(deployment, 'aurora-limitless')
    .filter(({ regions }) => regions.includes(here))
    .flatMap(({ name, maxAcu }) =>
      limitlessAlarms({ shardGroup: names.storeShardGroup(name, here), subject: name, maxAcu }),
    );
}
