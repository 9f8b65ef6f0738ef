import { resolve } from 'node:path';
import { startSteps } from '../../lib/tools/twin/cli/private/steps';
import { withTwin } from '../../lib/tools/twin/cli/private/up';
import { claim, openHome } from '../../lib/tools/twin/home';
import type { Twin } from '../../lib/tools/twin/run';

/**
 * The whole of a fixture: starts the reference's twin under a name, measures, prints what was measured
 * as one JSON object, and ends the process, with 1 where that failed.
 */
export function measureOnTwin(name: string, measure: (twin: Twin) => Promise<object>): void {
  void onTwin(name, measure).then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}

async function onTwin(name: string, measure: (twin: Twin) => Promise<object>): Promise<void> {
  const root = resolve(__dirname, '../..');
  const finish = () => undefined;
  const { stdout, stderr, env } = process;
  const context = { stdout, stderr, env, cwd: root, root, finish };
  const steps = startSteps(stderr);
  const home = openHome(env, name);
  await claim(home, name, steps.say);
  const around = { context, home, steps };
  const measured = await withTwin('multi-region', { name, timeScale: 1 }, around, measure);
  steps.stop();
  console.log(JSON.stringify(measured));
}
