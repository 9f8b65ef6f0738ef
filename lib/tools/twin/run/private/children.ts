import { join } from 'node:path';
import type { GatewayConfig, GatewayReady } from '../../gateway';
import type { InstanceConfig } from '../../gateway/instance';
import type { PlannedRegion } from '../../plan';
import type { NodeChild } from '../../processes';
import { startNodeChild } from '../../processes';
import type { Programs } from '../../programs';
import type { TablesConfig, TablesReady } from '../../tables';
import type { Supervised } from '../../processes';

/** A Node child of the twin, with a means to ask it. */
export interface Child extends Supervised {
  ask(topic: string): Promise<unknown>;
}

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

export async function startGatewayChild(
  context: ChildContext,
  config: Omit<GatewayConfig, 'instanceProgram' | 'log'>,
): Promise<Child> {
  const child = await startNodeChild<GatewayReady>({
    program: context.programs.gateway,
    config: {
      ...config,
      instanceProgram: context.programs.instance,
      log: join(context.logs, `functions-${config.region}.log`),
    } satisfies GatewayConfig,
    env: environment(context),
    log: join(context.logs, `gateway-${config.region}.log`),
  });
  return supervised(`gateway ${config.region}`, child);
}

/**
 * Invokes a Region's migration functions as CloudFormation does when it creates the resource.
 *
 * @throws Error with the function's own words
 */
export async function migrate(
  context: ChildContext,
  region: PlannedRegion,
  add: (child: Child) => void,
): Promise<void> {
  for (const { of, properties } of region.migrations) {
    const timeoutMs = of.timeoutSeconds * 1000;
    const child = await startNodeChild<null>({
      program: context.programs.instance,
      config: {
        ...{ directory: of.directory, handler: of.handler, memoryMiB: of.memoryMiB },
        ...{ functionName: of.name, timeoutMs },
      } satisfies InstanceConfig,
      env: of.environment,
      log: join(context.logs, `migration-${region.name}.log`),
    });
    add(supervised(`migration ${region.name}`, child, true));
    try {
      const event = { RequestType: 'Create', ResourceProperties: properties };
      await child.ask('invoke', event, Math.min(timeoutMs, 60_000));
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      throw new Error(`the migration of ${region.name} failed: ${words}`, { cause: error });
    } finally {
      await child.stop(500);
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
    ask: (topic) => child.ask(topic),
  };
}
