import type { Deployed, Deployment } from '..';
import type { ServerFleet } from './fleet';
import type { FunctionVersions } from './versions';

interface Compute {
  readonly pools: ReadonlyMap<string, FunctionVersions>;
  readonly fleets: ReadonlyMap<string, ServerFleet>;
}

/**
 * One stack's update: functions change at once or by their roll-out, servers one after the other. Where the
 * circuit breaker of one service takes its servers back, or an error a function's new version, all goes
 * back, as CloudFormation has it.
 *
 * @throws Error that names a service or function which is not there; nothing has changed then
 */
export async function deploy(
  { pools, fleets }: Compute,
  { servers, functions }: Deployment,
): Promise<Deployed> {
  const found = <T>(all: ReadonlyMap<string, T>, key: string): T => {
    const it = all.get(key);
    if (it === undefined) throw new Error(`there is no ${key} to deploy to`);
    return it;
  };
  const services = Object.entries(servers).map(([key, to]) => ({ of: found(fleets, key), to }));
  const code = Object.entries(functions).map(([key, to]) => ({ of: found(pools, key), to }));
  const before = {
    services: services.map(({ of }) => ({ of, to: of.version })),
    code: code.map(({ of }) => ({ of, to: of.version })),
  };
  const shifted = code.map(({ of, to }) => of.deploy(to));
  const done = await Promise.all(services.map(({ of, to }) => of.deploy(to)));
  const taken = (await Promise.all(shifted)).some((it) => it.rolledBack);
  const rolledBack = taken || done.some((it) => it.rolledBack);
  if (rolledBack) {
    const back = before.code.filter(({ of, to }) => of.version.directory !== to.directory);
    await Promise.all(back.map(({ of, to }) => of.deploy(to)));
    const changed = before.services.filter((_, at) => done[at]?.rolledBack === false);
    await Promise.all(changed.map(({ of, to }) => of.deploy(to)));
  }
  return { rolledBack, failedServers: done.reduce((sum, it) => sum + it.failedServers, 0) };
}
