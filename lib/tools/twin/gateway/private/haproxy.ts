import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, readPlaces } from '../../../../handlers/balancer/reconcile';
import { tell } from '../../../../handlers/balancer/tell';
import type { GuardedProcess } from '../../processes';
import { choosePort, startGuarded, waitFor } from '../../processes';
import type { SoftwareConfig } from '..';

/** Of the generated configuration, as instances have it. */
const DIRECTORY = '/etc/haproxy';
const CONFIGURATION = 'haproxy.cfg';
const START_TIMEOUT_MS = 20_000;
const ANSWER_MS = 5_000;

/** Where HAProxy is on this machine; undefined where it is not. */
export function findHaproxy(): string | undefined {
  return ['/usr/sbin/haproxy', 'haproxy'].find((path) => spawnSync(path, ['-v']).status === 0);
}

interface Server {
  readonly address: string;
  readonly port: number;
}

/**
 * The real HAProxy of a Region, by the configuration of the templates: other are only its address, its
 * files and its user. It is told who the servers are by its socket, as on AWS.
 */
export class HaproxyTier {
  private told: Promise<void> = Promise.resolve();

  private constructor(
    public readonly address: string,
    public readonly port: number,
    private readonly directory: string,
    private readonly backend: string,
    private readonly process: GuardedProcess,
  ) {}

  /** @throws StartError where it does not answer by its socket */
  public static async start(
    { command, files }: SoftwareConfig,
    { address, log }: { readonly address: string; readonly log: string },
  ): Promise<HaproxyTier> {
    const directory = mkdtempSync(join(tmpdir(), 'meridian-haproxy-'));
    const port = await choosePort(address, 0);
    for (const [name, text] of Object.entries(files)) {
      const local =
        name === CONFIGURATION ? localConfiguration(text, directory, address, port) : text;
      writeFileSync(join(directory, name), local, { mode: 0o600 });
    }
    const process = startGuarded({
      ...{ command, log, cwd: directory, env: { LC_ALL: 'C' } },
      args: ['-db', '-f', join(directory, CONFIGURATION)],
    });
    let ended: number | undefined;
    process.exited.then(
      (code) => (ended = code),
      () => (ended = 1),
    );
    const backend = /^backend (\S+)$/m.exec(files[CONFIGURATION] ?? '')?.[1] ?? '';
    const tier = new HaproxyTier(address, port, directory, backend, process);
    await waitFor(`HAProxy on ${address}:${port}`, START_TIMEOUT_MS, async () => {
      if (ended !== undefined) throw new Error(`exit code ${ended}`);
      return await tier.tell('show info').catch(() => undefined);
    });
    return tier;
  }

  /** Makes these the servers, and no others. One change waits for the one before. */
  public follow(servers: readonly Server[]): Promise<void> {
    const change = this.told.catch(() => undefined).then(() => this.change(servers));
    this.told = change;
    return change;
  }

  /** Waits until it finds a server that lives. @throws StartError where it finds none */
  public async ready(): Promise<void> {
    await waitFor(`a server behind HAProxy on ${this.address}`, START_TIMEOUT_MS, async () => {
      const rows = (await this.tell('show stat')).split('\n');
      const own = rows.filter((row) => row.startsWith(`${this.backend},`) && row.includes(',UP'));
      return own.some((row) => !row.startsWith(`${this.backend},BACKEND`)) ? true : undefined;
    });
  }

  public async close(): Promise<void> {
    await this.process.stop('fast');
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Servers share an address here and differ by their ports: a place is known by both. */
  private async change(servers: readonly Server[]): Promise<void> {
    const state = await this.tell(`show servers state ${this.backend}`);
    const names = state.split('\n')[1]?.replace(/^# /, '').split(' ') ?? [];
    const at = names.indexOf('srv_port');
    const ports = state
      .split('\n')
      .slice(2)
      .map((row) => row.split(' ')[at] ?? '');
    const places = readPlaces(state).map((place, index) => ({
      ...place,
      address: `${place.address} port ${ports[index] ?? ''}`,
    }));
    const wanted = servers.map(({ address, port }) => `${address} port ${port}`);
    for (const command of commands(this.backend, places, wanted, 0)) {
      await this.tell(command.replace(/ port 0$/, ''));
    }
  }

  private tell(command: string): Promise<string> {
    return tell(join(this.directory, 'admin.sock'), command, ANSWER_MS);
  }
}

function localConfiguration(
  text: string,
  directory: string,
  address: string,
  port: number,
): string {
  return text
    .replace(/^( *stats socket )\S+ (.*?)(?: user \S+)?$/m, `$1${join(directory, 'admin.sock')} $2`)
    .replace(/^ *(?:user|group) \S+\n/gm, '')
    .replace(/^( *bind )\S+$/m, `$1${address}:${port}`)
    .replaceAll(`${DIRECTORY}/`, `${directory}/`);
}
