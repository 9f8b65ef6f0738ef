import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TwinPlan } from '../../plan';
import type { TablesConfig } from '../../tables';

export interface StandInOptions {
  readonly account: string;
  readonly buckets: string;
  readonly token: string;
  readonly control: { readonly address: string; readonly port: number };
}

/** Configurations of the process for strongly consistent tables, and of one process per Region. */
export function standIns(
  plan: TwinPlan,
  options: StandInOptions,
): { readonly control: TablesConfig; readonly regions: readonly TablesConfig[] } {
  const { account, buckets, token, control } = options;
  const strongTables = plan.tables.filter(({ strong }) => strong);
  const controlUrl = `http://${control.address}:${control.port}`;
  const urls = plan.regions.map(({ name, places }) => {
    return [name, `http://${places.tables.address}:${places.tables.port}`] as const;
  });
  const common = { account, buckets, token };
  return {
    control: {
      ...common,
      ...{ region: 'control', ...control, strong: {}, secrets: {} },
      tables: strongTables.map((table) => ({ ...table, replicas: {} })),
    },
    regions: plan.regions.map(({ name, places }) => ({
      ...common,
      ...{ region: name, ...places.tables },
      tables: plan.tables
        .filter(({ strong, regions }) => !strong && regions.includes(name))
        .map((table) => ({
          ...table,
          replicas: Object.fromEntries(
            urls.filter(([peer]) => peer !== name && table.regions.includes(peer)),
          ),
        })),
      strong: Object.fromEntries(strongTables.map((table) => [table.name, controlUrl])),
      secrets: Object.fromEntries(
        plan.secrets
          .filter(({ regions }) => regions.includes(name))
          .map((secret) => [secret.name, secret.value]),
      ),
    })),
  };
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
