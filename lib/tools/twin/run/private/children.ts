import { join } from 'node:path';
import type { ClusterConfig } from '../../cluster';
import type { GatewayConfig, GatewayReady } from '../../gateway';
import type { InstanceConfig } from '../../gateway/instance';
import type { LinkConfig } from '../../link';
import type { PlannedRegion } from '../../plan';
import type { NodeChild } from '../../processes';
import { StartError, startNodeChild } from '../../processes';
import type { ProxiesConfig } from '../../proxy';
import type { Programs } from '../../programs';
import type { TablesConfig, TablesReady } from '../../tables';
import type { Supervised } from '../../processes';

/** A Node child of the twin, with a means to ask it. */
export interface Child extends Supervised {
  ask(topic: string, body?: unknown, timeoutMs?: number): Promise<unknown>;
}

/** Longest migration of an empty database, in milliseconds. */
const MIGRATION_MS = 60_000;

/** What all children have in common. */
export interface ChildContext {
  readonly programs: Programs;
  readonly logs: string;
  readonly marker: Readonly<Record<string, string>>;
}

export async function startTablesChild(
  context: ChildContext,
  config: TablesConfig,
): Promise<Child> {
  const child = await startNodeChild<TablesReady>({
    program: context.programs.tables,
    config,
    env: environment(context),
    log: join(context.logs, `tables-${config.region}.log`),
  });
  return supervised(`tables ${config.region}`, child);
}

export async function startLinkChild(context: ChildContext, config: LinkConfig): Promise<Child> {
  const child = await startNodeChild<null>({
    program: context.programs.link,
    config,
    env: environment(context),
    log: join(context.logs, 'link.log'),
  });
  return supervised('link between Regions', child);
}

export async function startClusterChild(
  context: ChildContext,
  label: string,
  config: ClusterConfig,
): Promise<Child> {
  const child = await startNodeChild<null>({
    program: context.programs.cluster,
    config,
    env: environment(context),
    log: join(context.logs, `cluster-${config.identifier}.log`),
  });
  return supervised(label, child);
}

export async function startProxiesChild(
  context: ChildContext,
  region: string,
  config: ProxiesConfig,
): Promise<Child> {
  const child = await startNodeChild<null>({
    program: context.programs.proxy,
    config,
    env: environment(context),
    log: join(context.logs, `proxies-${region}.log`),
  });
  return supervised(`database proxies ${region}`, child);
}

export async function startGatewayChild(
  context: ChildContext,
  config: Omit<GatewayConfig, 'programs' | 'logs'>,
): Promise<Child> {
  const child = await startNodeChild<GatewayReady>({
    program: context.programs.gateway,
    config: {
      ...config,
      programs: { instance: context.programs.instance, server: context.programs.server },
      logs: {
        functions: join(context.logs, `functions-${config.region}.log`),
        servers: join(context.logs, `servers-${config.region}.log`),
      },
    } satisfies GatewayConfig,
    env: environment(context),
    log: join(context.logs, `gateway-${config.region}.log`),
  });
  return supervised(`gateway ${config.region}`, child);
}

/**
 * Invokes a Region's migration functions as CloudFormation does when it creates the resource.
 *
 * @throws StartError with the function's own words
 */
export async function migrate(
  context: ChildContext,
  region: PlannedRegion,
  launch: (child: Promise<Child>) => Promise<Child>,
): Promise<void> {
  for (const { of, properties } of region.migrations) {
    const timeoutMs = of.timeoutSeconds * 1000;
    const starting = startNodeChild<null>({
      program: context.programs.instance,
      config: {
        ...{ directory: of.directory, handler: of.handler, memoryMiB: of.memoryMiB },
        ...{ functionName: of.name, timeoutMs },
      } satisfies InstanceConfig,
      env: of.environment,
      log: join(context.logs, `migration-${region.name}.log`),
    });
    const label = `migration ${region.name}`;
    const child = await launch(starting.then((it) => supervised(label, it, true)));
    try {
      const event = { RequestType: 'Create', ResourceProperties: properties };
      await child.ask('invoke', event, Math.min(timeoutMs, MIGRATION_MS));
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      throw new StartError(`the migration of ${region.name} failed: ${words}`, { cause: error });
    } finally {
      await child.stop();
    }
  }
}

/** Nothing of the user's own environment reaches the children. */
function environment({ programs, marker }: ChildContext): Record<string, string> {
  return { ...marker, NODE_PATH: programs.nodePath, TZ: 'UTC' };
}

function supervised<Ready>(label: string, child: NodeChild<Ready>, passing = false): Child {
  return {
    label,
    processes: () => (child.ended() ? [] : [child.identity]),
    ...(passing ? {} : { exited: child.exited }),
    stop: () => child.stop(),
    kill: () => {
      child.kill();
    },
    ask: (topic, body, timeoutMs) => child.ask(topic, body, timeoutMs),
  };
}
