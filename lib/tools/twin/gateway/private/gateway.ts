import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { startEdge } from '../../edge';
import type { Service } from '../../processes';
import type { Action, Deployment, GatewayConfig, GatewayReady } from '..';
import type { Target } from './answers';
import { failure, write } from './answers';
import { deploy } from './deploy';
import { ServerFleet } from './fleet';
import { FunctionTarget } from './function-target';
import { chooseAction } from './rules';
import { TrafficCounter } from './traffic';
import { FunctionVersions } from './versions';
import { chooseGroup } from './weights';

/** How long an idle connection of a client is kept, in milliseconds. */
const KEEP_ALIVE_MS = 60_000;

/** Starts a Region's load balancer, its functions and servers, and the CDN's listener. */
export async function startGateway(config: GatewayConfig): Promise<Service<GatewayReady>> {
  const { address, port, edgePort, timeScale } = config;
  const { pools, fleets, targets } = computeOf(config);
  const compute = [...pools.values(), ...fleets.values()];
  const balancer = new LoadBalancer(config, targets);
  const traffic = new TrafficCounter();
  const server = createServer((request, response) => {
    traffic.watch(request, response);
    balancer.serve(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await Promise.all([listen(server, address, port), ...compute.map((it) => it.warm())]);
  const edge = await startEdge({ ...config.edge, address, port: edgePort, timeScale });
  return {
    ready: { url: `http://${address}:${port}`, edgeUrl: `http://${address}:${edgePort}` },
    answer: (topic, body) => {
      if (topic === 'traffic') return traffic.value;
      if (topic === 'zones') return compute.flatMap(({ zoned }) => zoned);
      if (topic === 'zone-lost') {
        for (const it of compute) it.loseZone(String(body));
        return true;
      }
      if (topic === 'zone-back') {
        for (const it of compute) it.regainZone(String(body));
        return true;
      }
      if (topic === 'deploy') return deploy({ pools, fleets }, body as Deployment);
      if (topic !== 'instances') return undefined;
      return Object.fromEntries([...pools, ...fleets].map(([key, it]) => [key, it.size]));
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      edge.close();
      await Promise.all(compute.map((it) => it.close()));
    },
  };
}

interface Compute {
  /** By key of the function. */
  readonly pools: ReadonlyMap<string, FunctionVersions>;
  /** By key of the service. */
  readonly fleets: ReadonlyMap<string, ServerFleet>;
  /** By key of the target group. */
  readonly targets: ReadonlyMap<string, Target>;
}

function computeOf(config: GatewayConfig): Compute {
  const { programs, logs, port, timeScale } = config;
  const pools = new Map(
    Object.entries(config.functions).map(([key, of]) => [
      key,
      new FunctionVersions(of, { program: programs.instance, log: logs.functions, timeScale }),
    ]),
  );
  const fleets = new Map<string, ServerFleet>();
  const targets = new Map<string, Target>();
  for (const [key, group] of Object.entries(config.targetGroups)) {
    if (group.kind === 'function') {
      const pool = pools.get(group.function);
      if (pool !== undefined) targets.set(key, new FunctionTarget(group, pool, port));
      continue;
    }
    const of = config.servers[group.service];
    if (of === undefined) continue;
    const options = { program: programs.server, log: logs.servers, port, timeScale };
    const fleet = new ServerFleet(of, group, options);
    fleets.set(group.service, fleet);
    targets.set(key, fleet);
  }
  return { pools, fleets, targets };
}

class LoadBalancer {
  public constructor(
    private readonly config: GatewayConfig,
    private readonly targets: ReadonlyMap<string, Target>,
  ) {}

  public async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    const path = url.split('?', 1)[0] ?? '/';
    const action = chooseAction(this.config.listener, { method, path, headers });
    if (action.kind === 'fixed-response') {
      const { status, contentType, body } = action;
      const headersOfAnswer = { 'content-type': contentType };
      write(response, method, { status, headers: headersOfAnswer, body: Buffer.from(body) });
      return;
    }
    const target = this.targetOf(action);
    if (target === undefined) write(response, method, failure(503, 'Service Unavailable'));
    else await target.serve(request, response);
  }

  private targetOf({ targetGroups }: Extract<Action, { kind: 'forward' }>): Target | undefined {
    const group = chooseGroup(targetGroups);
    return group === undefined ? undefined : this.targets.get(group);
  }
}

function listen(server: Server, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
}
