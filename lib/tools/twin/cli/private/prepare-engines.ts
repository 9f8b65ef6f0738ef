import { join } from 'node:path';
import type { CommandContext } from '../../../command';
import { resolveValkey } from '../../cache';
import { openHome } from '../../home';
import { startSteps } from './steps';

/**
 * `twin prepare`: the only command that fetches a program, and only where this machine has none.
 * Exit code 1 where caches will still be stand-ins.
 */
export async function prepareEngines(context: CommandContext): Promise<void> {
  const { root } = openHome(context.env, 'default');
  const steps = startSteps(context.stderr);
  try {
    steps.step('looking for a cache server, fetching one where there is none');
    const engines = join(root, 'engines');
    const { label, real, notes } = await resolveValkey({ env: context.env, engines, fetch: true });
    for (const note of notes) steps.say(note);
    steps.stop();
    if (!real) context.finish(1);
    context.stdout.write(`cache: ${label}\n`);
  } finally {
    steps.stop();
  }
}
