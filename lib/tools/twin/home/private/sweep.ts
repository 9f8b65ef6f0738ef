import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessIdentity } from '../../processes';
import { identify, isAlive, PROCESSES, signal, treeOf, waitFor } from '../../processes';
import type { RunHome } from './run-home';
import { readState } from './state';

/** Variable in the environment of each of a twin's processes; its value is the run directory. */
export const MARKER = 'MERIDIAN_TWIN';

/** Processes that bear a twin's marker, whoever started them. */
function marked(directory: string): readonly ProcessIdentity[] {
  return PROCESSES.withVariable(`${MARKER}=${directory}`)
    .filter((pid) => pid !== process.pid)
    .flatMap((pid) => identify(pid) ?? []);
}

/**
 * Ends what a twin's supervisor left behind when it was killed. Processes are known by id and start
 * time, or by the marker in their environment, so nothing else is ever hit.
 *
 * @returns how many processes were ended
 */
export async function sweep(home: RunHome): Promise<number> {
  const left = () => {
    const known = readState(home.directory)?.processes.filter(isAlive) ?? [];
    return [...known, ...marked(home.directory)];
  };
  const found = new Set(left().map(({ pid }) => pid)).size;
  // PostgreSQL's children bear no marker: they write their titles over their environment.
  const family = treeOf(left());
  // PostgreSQL ends its own children on SIGQUIT; Node ends on it as well. What a drill left standing
  // still hears of it when it is woken up.
  for (const identity of left()) signal(identity, 'SIGQUIT');
  for (const identity of family) signal(identity, 'SIGCONT');
  const remaining = () => [...left(), ...family.filter(isAlive)];
  const gone = () => (remaining().length === 0 ? true : undefined);
  await waitFor('processes of a killed twin', 3_000, gone)
    .catch(() => {
      for (const identity of remaining()) signal(identity, 'SIGKILL');
    })
    .then(() => undefined);
  return found;
}

/** Removes a twin's directories; the programs that twins share stay. */
export async function removeTwin(home: RunHome): Promise<void> {
  // Something that is just ending may still write.
  const options = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 };
  await rm(home.engines, options);
  await rm(home.directory, options);
}

/** Keeps the logs of a start that failed beyond the run directory. @returns where they are */
export async function keepLogs(home: RunHome, name: string): Promise<string> {
  const kept = join(home.logs, name);
  await mkdir(home.logs, { recursive: true, mode: 0o700 });
  await rm(kept, { recursive: true, force: true });
  await rename(join(home.directory, 'logs'), kept).catch(() => undefined);
  return kept;
}
