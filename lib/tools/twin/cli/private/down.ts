import type { CommandContext } from '../../../command';
import { CommandError } from '../../../command';
import { openHome, readState, removeTwin, sweep } from '../../home';
import type { Status } from '../../run';
import { isAlive, signal, waitFor } from '../../processes';
import { existsSync } from 'node:fs';

export interface NameOptions {
  readonly name: string;
  readonly json?: true;
}

/** Longest wait for an orderly end, in milliseconds. */
const STOP_MS = 20_000;

/** `twin down`: ends a twin, or what a killed one left. */
export async function down({ name, json }: NameOptions, context: CommandContext): Promise<void> {
  const home = openHome(context.env, name);
  const state = readState(home.directory);
  const running = state !== undefined && isAlive(state.supervisor);
  if (running) {
    const { supervisor } = state;
    signal(supervisor, 'SIGTERM');
    await waitFor('an orderly end', STOP_MS, () => (isAlive(supervisor) ? undefined : true)).catch(
      () => signal(supervisor, 'SIGKILL'),
    );
  }
  const known = existsSync(home.directory);
  const ended = await sweep(home);
  await removeTwin(home);
  const stopped = running ? 'running' : known ? 'leftovers' : 'nothing';
  const words = {
    running: `the twin "${name}" has ended`,
    leftovers: `cleaned up after the twin "${name}", which was killed (${ended} processes ended)`,
    nothing: `no twin "${name}" was running`,
  };
  context.stdout.write(
    json === true
      ? `${JSON.stringify({ schemaVersion: 1, name, stopped })}\n`
      : `${words[stopped]}\n`,
  );
}

/** `twin status`: exit code 1 where it is not running. */
export async function status({ name, json }: NameOptions, context: CommandContext): Promise<void> {
  const home = openHome(context.env, name);
  const state = readState(home.directory);
  if (state === undefined || !isAlive(state.supervisor)) {
    context.finish(1);
    context.stdout.write(
      json === true
        ? `${JSON.stringify({ schemaVersion: 1, ready: false, name })}\n`
        : `no twin "${name}" is running; start it with \`npx meridian twin up --name ${name}\`\n`,
    );
    return;
  }
  if (state.console === undefined) {
    context.finish(1);
    context.stdout.write(
      json === true
        ? `${JSON.stringify({ schemaVersion: 1, ready: false, name })}\n`
        : `the twin "${name}" is starting\n`,
    );
    return;
  }
  const answer = await fetch(new URL('status.json', state.console)).catch(() => undefined);
  if (answer?.ok !== true) {
    throw new CommandError(`the twin "${name}" does not answer on ${state.console}`, 1);
  }
  const text = await answer.text();
  context.stdout.write(json === true ? `${text}\n` : summary(JSON.parse(text) as Summary));
}

interface Summary {
  readonly name: string;
  readonly console: string;
  readonly footprint: Status['footprint'];
  readonly timeScale: number;
  readonly regions: Readonly<
    Record<
      string,
      {
        readonly url: string;
        readonly writer: boolean | null;
        readonly healthy: boolean | null;
        readonly check: Status['regions'][string]['check'];
        readonly dead: boolean;
        readonly queues: Readonly<
          Record<string, { readonly visible: number; readonly inFlight: number }>
        > | null;
      }
    >
  >;
}

/** As the templates have it, and as it is here. */
function checked(check: Status['regions'][string]['check'], timeScale: number): string {
  if (check === null) return '';
  const { intervalSeconds, failureThreshold } = check;
  const here =
    timeScale === 1 ? '' : `, here ${Number((intervalSeconds / timeScale).toFixed(2))} s`;
  return `checked every ${intervalSeconds} s × ${failureThreshold}${here}`;
}

function summary({ name, console: page, regions, footprint, timeScale }: Summary): string {
  const word = (value: boolean | null, yes: string, no: string) =>
    value === null ? 'unknown' : value ? yes : no;
  const waiting = (queues: Summary['regions'][string]['queues']) =>
    queues === null
      ? 'queues unknown'
      : `${Object.values(queues).reduce((sum, it) => sum + it.visible + it.inFlight, 0)} queued`;
  const lines = Object.entries(regions).map(([region, it]) => {
    const { url, writer, healthy, dead, queues, check } = it;
    return [
      `  ${region.padEnd(16)} ${url.padEnd(26)}`,
      word(writer, 'writes', 'reads').padEnd(8),
      dead ? 'a process has ended' : word(healthy, 'healthy', 'out of traffic'),
      waiting(queues),
      checked(check, timeScale),
    ]
      .join(' ')
      .trimEnd();
  });
  const mib = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
  const takes =
    footprint === null
      ? '  memory and disk unknown'
      : `  ${footprint.processes} processes, ${mib(footprint.memoryBytes)} of memory, ${mib(footprint.diskBytes)} on disk`;
  return [`twin "${name}"  ${page}`, ...lines, takes, ''].join('\n');
}
