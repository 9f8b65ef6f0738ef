import { BalancerHealth } from './balancer-health';
import type { Console } from '../../console';
import { startConsole } from '../../console';
import { Locator } from '../../dns';
import { startEdge } from '../../edge';
import { HealthChecks } from '../../health';
import type { Place, PlannedRegion, Survey, TwinPlan } from '../../plan';
import { demandPort, waitFor } from '../../processes';
import type { Layout } from './allocate';
import type { StartOptions } from './start';
import { FootprintMeter } from './footprint';
import { LagMonitor } from './lag';
import { LogKeeper, logsOf } from './log-keeper';
import type { RunningLink } from './link';
import type { Report } from './report';
import type { RegionStatus, RunningRegion, Status } from './status';
import { regionStatus, vantageStatus } from './status';
import type { Steering } from './steering';
import { startSteering, vantageViews } from './steering';
import { viewFrom } from './view';
import { TrafficMonitor } from './traffic';
import type { Supervised } from '../../processes';

/** Ports that someone asked for; the others are chosen. */
export interface FrontPorts {
  readonly console: number | undefined;
  readonly dns: number | undefined;
  readonly edge: number | undefined;
}

export interface Fronts {
  readonly report: () => Promise<Report>;
  readonly status: () => Promise<Status>;
  readonly offerDrills: Console['offer'];
  readonly offerFaults: Console['offerFaults'];
  readonly operate: Console['operate'];
  readonly checks: HealthChecks;
  readonly steering: Steering;
}

export interface FrontOptions extends StartOptions {
  readonly lines: RunningLink['lines'];
  readonly layout: Layout;
  readonly hold: (address: string, preferred: number) => Promise<number>;
  readonly plan: TwinPlan;
  readonly survey: Survey;
  readonly regions: readonly RunningRegion[];
  readonly startedAt: number;
}

const ADDRESS = '127.0.0.1';
const PREFERRED = { console: 8088, edge: 8080 } as const;
/** Longest wait for all Regions, in milliseconds. */
const READY_MS = 30_000;

/** Starts what stands before all Regions: DNS with its health checks, the CDN's stand-in, the page. */
export async function startFronts(options: FrontOptions): Promise<Fronts> {
  const { plan, regions, supervisor, timeScale } = options;
  const keeper = new LogKeeper(logsOf(options.home));
  supervisor.add(
    within('log keeper', () => {
      keeper.close();
    }),
  );
  const servers = regions.flatMap(({ databases }) => databases);
  const lag = new LagMonitor(servers);
  supervisor.add(within('replication monitor', () => lag.close()));
  const checks = new HealthChecks(plan.healthChecks, timeScale);
  supervisor.add(
    within('health checks', () => {
      checks.stop();
    }),
  );

  const balancers = new BalancerHealth(options);
  const edgePlace = { address: ADDRESS, port: await port(options, 'edge') };
  const steering = await startSteering({
    ...{ assembly: options.assembly, regions: plan.regions, edge: edgePlace },
    port: options.ports.dns,
    healthy: (key) => checks.state(key) ?? balancers.state(key),
  });
  supervisor.add(within('DNS', () => steering.server.close()));
  if (plan.edge !== undefined) {
    const picks = plan.edge.behaviors.some(({ target }) => target.kind === 'picked');
    const locator = picks ? await Locator.open() : undefined;
    const edge = await startEdge({
      ...{ ...plan.edge, ...edgePlace, timeScale },
      steer: (host, viewer) => steering.steer(host, viewer),
      ...(locator && { countryOf: (viewer: string) => locator.locate(viewer).country }),
    });
    supervisor.add(
      within('CDN', () => {
        edge.close();
      }),
    );
  }
  await waitForRegions(regions, plan);
  checks.start();
  await waitFor('health checks', READY_MS, () => allKnown(checks, plan));
  await waitFor('replication', READY_MS, () => allSeen(lag, regions));
  const footprint = new FootprintMeter([options.home.directory, options.home.engines]);
  return startPage(options, { lag, checks, steering, edgePlace, footprint });
}

interface Parts {
  readonly lag: LagMonitor;
  readonly checks: HealthChecks;
  readonly steering: Steering;
  readonly edgePlace: Place;
  readonly footprint: FootprintMeter;
}

async function startPage(options: FrontOptions, parts: Parts): Promise<Fronts> {
  const { plan, regions, supervisor, survey, home, name, timeScale } = options;
  const { lag, checks, steering, edgePlace, footprint } = parts;
  const startedInMs = Date.now() - options.startedAt;
  const target = plan.edge?.behaviors.find(({ target: it }) => it.kind === 'balancers')?.target;
  const originHost = target?.kind === 'balancers' ? target.host : plan.commonHost;
  const traffic = new TrafficMonitor(regions.map(({ gateway }) => gateway));
  supervisor.add(
    within('traffic monitor', () => {
      traffic.close();
    }),
  );
  const sources = {
    isDead: (supervised: Supervised) => supervisor.isDead(supervised),
    health: (key: string) => checks.state(key),
    clock: (key: string) => checks.clock(key),
    lag,
    traffic,
  };
  const regionsNow = async (): Promise<Record<string, RegionStatus>> => {
    const entries = regions.map(async (region) => {
      return [region.plan.name, await regionStatus(region, sources)] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  };
  const common = () => ({
    ...{ schemaVersion: 1 as const, ready: true, name, directory: home.directory },
    console: page.url,
    edge: plan.edge === undefined ? null : `http://${edgePlace.address}:${edgePlace.port}`,
    origin: originHost ?? null,
    dns: { host: steering.server.address, port: steering.server.port },
    ...{ timeScale, startedInMs, layout: options.layout },
  });
  const status = async (): Promise<Status> => ({
    ...common(),
    regions: await regionsNow(),
    footprint: await footprint.current(),
    link: options.lines(),
    vantages: originHost === undefined ? [] : vantageStatus(vantageViews(steering, originHost)),
  });
  const page = await startConsole({
    ...{ address: ADDRESS, port: await port(options, 'console'), status },
    ...(originHost !== undefined && { look: lookBy(options, steering, originHost, regionsNow) }),
  });
  supervisor.add(
    within('console', () => {
      page.close();
    }),
  );
  const report = async (): Promise<Report> => {
    const entries = Object.entries(await regionsNow()).map(([region, it]) => {
      return [region, { url: it.url, dns: it.dns, writer: it.writer, dead: it.dead }] as const;
    });
    return { ...common(), regions: Object.fromEntries(entries), parts: survey.parts };
  };
  const { offer: offerDrills, offerFaults, operate } = page;
  return { status, report, offerDrills, offerFaults, operate, checks, steering };
}

async function waitForRegions(regions: readonly RunningRegion[], plan: TwinPlan): Promise<void> {
  const probes = plan.healthChecks.flatMap((check) => (check.kind === 'endpoint' ? [check] : []));
  await Promise.all(
    regions.map(async ({ plan: region }) => {
      const { address, port: at } = region.places.gateway;
      const base = `http://${address}:${at}/`;
      const probe = probes.find(({ url }) => url.startsWith(base))?.url ?? ownProbe(base, region);
      await waitFor(`${region.name} (${probe})`, READY_MS, async () => {
        const answer = await fetch(probe).catch(() => undefined);
        await answer?.arrayBuffer();
        return answer?.ok === true ? true : undefined;
      });
    }),
  );
}

/** Where DNS asks nobody, the path that the Region's servers are asked for. */
function ownProbe(base: string, { balancer }: PlannedRegion): string {
  const paths = Object.values(balancer.targetGroups).flatMap((group) =>
    group.kind === 'servers' ? [group.healthCheck.path] : [],
  );
  return new URL(paths[0] ?? '/', base).href;
}

function allKnown(checks: HealthChecks, plan: TwinPlan): true | undefined {
  return plan.healthChecks.every(({ key }) => checks.state(key) !== undefined) ? true : undefined;
}

function allSeen(lag: LagMonitor, regions: readonly RunningRegion[]): true | undefined {
  const servers = regions.flatMap(({ databases }) => databases);
  const seen = servers.every((server) => {
    const { writes, lagBytes } = lag.view(server);
    const follows = server.reader && lag.viewOfReader(server.reader).lagBytes !== undefined;
    return follows !== false && (writes === true || lagBytes !== undefined);
  });
  return seen ? true : undefined;
}

/** @throws PortTaken where a port that was asked for is not free */
function port({ ports, hold }: FrontOptions, of: keyof typeof PREFERRED): Promise<number> {
  const asked = ports[of];
  return asked === undefined ? hold(ADDRESS, PREFERRED[of]) : demandPort(ADDRESS, asked);
}

/** A server within this process. */
function within(label: string, close: () => void | Promise<void>): Supervised {
  return {
    label,
    processes: () => [],
    stop: () => Promise.resolve(close()),
    kill: () => undefined,
  };
}

/** What every service answers: the path that its load balancer asks for. */
function probePath([first]: readonly RunningRegion[]): string {
  if (first === undefined) return '/';
  return new URL(ownProbe('http://twin/', first.plan)).pathname;
}

function lookBy(
  { regions }: FrontOptions,
  steering: Steering,
  host: string,
  now: () => Promise<Record<string, RegionStatus>>,
): (city: string) => ReturnType<typeof viewFrom> {
  return (city) => viewFrom({ steering, host, regions: now, path: probePath(regions) }, city);
}
