import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BlobsConfig } from '../../blobs';
import type { Place, TwinPlan } from '../../plan';
import { TWIN_KEYS } from '../../plan';
import type { TablesConfig } from '../../tables';

export interface StandInOptions {
  readonly account: string;
  readonly buckets: string;
  readonly token: string;
  /** Directory for the queues' journals, program of functions, directory of their logs. */
  readonly work: { readonly directory: string; readonly instance: string; readonly logs: string };
  readonly control: Place;
  /** The place by which a Region reaches another's. */
  readonly via: (region: string, place: Place) => Place;
}

/** Configurations of the process for strongly consistent tables, and of one process per Region. */
export function standIns(
  plan: TwinPlan,
  options: StandInOptions,
): { readonly control: TablesConfig; readonly regions: readonly TablesConfig[] } {
  const { account, buckets, token, control, via, work } = options;
  const strongTables = plan.tables.filter(({ strong }) => strong);
  const seenBy = (region: string, place: Place) => urlOf(via(region, place));
  const common = { account, buckets, token };
  return {
    control: {
      ...common,
      ...{ region: 'control', ...control, strong: {}, secrets: {} },
      tables: strongTables.map((table) => ({ ...table, replicas: {} })),
    },
    regions: plan.regions.map(({ name, places, queues }) => ({
      ...common,
      ...{ region: name, ...places.tables },
      blobs: blobsOf(plan, name, seenBy),
      queues: {
        ...{ region: name, account, ...places.tables, ...queues, instance: work.instance },
        peers: Object.fromEntries(
          plan.regions
            .filter((peer) => peer.name !== name)
            .map((peer) => [peer.name, seenBy(name, peer.places.tables)]),
        ),
        directory: join(work.directory, name),
        log: join(work.logs, `work-${name}.log`),
      },
      tables: plan.tables
        .filter(({ strong, regions }) => !strong && regions.includes(name))
        .map((table) => ({
          ...table,
          replicas: Object.fromEntries(
            plan.regions
              .filter((peer) => peer.name !== name && table.regions.includes(peer.name))
              .map((peer) => [peer.name, seenBy(name, peer.places.tables)]),
          ),
        })),
      strong: Object.fromEntries(strongTables.map((table) => [table.name, seenBy(name, control)])),
      secrets: Object.fromEntries(
        plan.secrets
          .filter(({ regions }) => regions.includes(name))
          .map((secret) => [secret.name, secret.value]),
      ),
    })),
  };
}

/** A Region's buckets for uploads; copies for others go over the link. */
function blobsOf(
  { blobs, regions }: TwinPlan,
  region: string,
  seenBy: (region: string, place: Place) => string,
): BlobsConfig {
  const placeOf = (bucket: string): Place | undefined => {
    const owner = blobs.find(({ name }) => name === bucket)?.region;
    return regions.find(({ name }) => name === owner)?.places.tables;
  };
  return {
    region,
    keys: { [TWIN_KEYS.AWS_ACCESS_KEY_ID]: TWIN_KEYS.AWS_SECRET_ACCESS_KEY },
    buckets: blobs
      .filter((blob) => blob.region === region)
      .map(({ name, origins, destinations }) => ({
        ...{ name, origins },
        replicas: destinations.flatMap((bucket) => {
          const place = placeOf(bucket);
          return place === undefined ? [] : { bucket, url: seenBy(region, place) };
        }),
      })),
  };
}

function urlOf({ address, port }: Place): string {
  return `http://${address}:${port}`;
}

/** Makes the buckets' directories and puts the deployment's files into them. */
export async function fillBuckets(plan: TwinPlan, directory: string): Promise<void> {
  for (const bucket of plan.buckets) await mkdir(join(directory, bucket), { recursive: true });
  for (const { bucket, key, source } of plan.objects) {
    const target = join(directory, bucket, key);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(source, target);
  }
}
