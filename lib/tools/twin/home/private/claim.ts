import { mkdirSync } from 'node:fs';
import { CommandError } from '../../../command';
import { identify, isAlive, waitFor } from '../../processes';
import type { RunHome } from './run-home';
import { readState, writeState } from './state';
import { removeTwin, sweep } from './sweep';

/**
 * Takes a twin's run directory for this process. What a killed twin left there is ended and removed.
 *
 * @param note told of what was cleaned
 * @throws CommandError (2) where a twin of that name runs
 */
export async function claim(
  home: RunHome,
  name: string,
  note: (message: string) => void,
): Promise<void> {
  while (!make(home.directory)) {
    const state = await waitFor('its state', 1_000, () => readState(home.directory)).catch(
      () => undefined,
    );
    if (state !== undefined && isAlive(state.supervisor)) {
      const place = state.console === undefined ? 'it is starting' : `console ${state.console}`;
      throw new CommandError(
        `the twin "${name}" is running already (${place}, process ${state.supervisor.pid}, ` +
          `directory ${home.directory}). Remedy: \`meridian twin down --name ${name}\`, ` +
          'or start one of another name with `--name`.',
        2,
      );
    }
    const ended = await sweep(home);
    await removeTwin(home);
    note(
      `cleaned up after a twin that was killed: ${ended} process${ended === 1 ? '' : 'es'} ended, ` +
        `${home.directory} removed`,
    );
  }
  const supervisor = identify(process.pid);
  if (supervisor === undefined) throw new Error('neither /proc nor `ps` tells of this process');
  writeState(home.directory, {
    ...{ schemaVersion: 1, name, status: 'starting', supervisor, processes: [] },
  });
}

/** Making the directory is what claims it: of two who try at once, one succeeds. */
function make(directory: string): boolean {
  try {
    mkdirSync(directory, { mode: 0o700 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
