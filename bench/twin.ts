import { join } from 'node:path';
import { memoryOf, start } from './private/processes';
import type { Figure } from './private/report';

const MIB = 2 ** 20;
const npmBanner = (line: string): boolean => /^(> |$|npm )/.test(line.trim());
const ready = (line: string): boolean => line.includes('"ready":true') || /^ready\b/i.test(line);

/** `npm start` from nothing, and the twin alone from an assembly that exists. */
export async function measureTwin(scratch: string): Promise<Figure[]> {
  const lines = { firstLine: (line: string) => !npmBanner(line), readyLine: ready };
  // A run home of its own: no other twin of this user is touched.
  const env = { ...process.env, MERIDIAN_HOME: join(scratch, 'home') };
  const whole = await start('npm', ['start', '--', '--name', 'whole'], { ...lines, env });
  await whole.stop();
  const args = ['bin/meridian.js', 'twin', 'up', '--json', '--name', 'alone'];
  const assembly = ['--assembly', join(scratch, 'assembly')];
  const twin = await start(process.execPath, [...args, ...assembly], { ...lines, env });
  const memory = await memoryOf(twin.pid);
  await twin.stop();
  return [
    {
      what: '`npm start` to its first progress line',
      value: whole.firstLineMs / 1000,
      limit: 1,
      unit: 's',
      basis: "npm's own start included",
    },
    {
      what: '`npm start` until it serves',
      value: whole.readyMs / 1000,
      limit: 25,
      unit: 's',
      basis: 'three Regions; synth, engines, migrations',
    },
    {
      what: 'twin from assembly to ready',
      value: twin.readyMs / 1000,
      limit: 10,
      unit: 's',
      basis: 'process start included',
    },
    {
      what: 'memory of the twin when ready',
      value: memory / MIB,
      limit: 600,
      unit: 'MiB',
      basis: 'proportional set size of all its processes',
    },
  ];
}
