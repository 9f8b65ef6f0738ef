import { chmodSync } from 'node:fs';
import { assembly } from './assemblies.mjs';
import { execute } from './execute.mjs';

const DECLARATION = 'multi-region';

/**
 * Every drill, each in a twin of its own: what was expected and not seen is a fault, and so is what
 * the review says otherwise of the same loss.
 */
export async function drills({ root, work }) {
  // Two cores that do other work as well carry this many writes a second, three Regions and their databases.
  const args = ['bin/meridian.js', 'drill', '--all', '--rate', '20', '--json'];
  // As root the engines run as an unprivileged user, who has to pass through here.
  chmodSync(work, 0o711);
  const env = { ...process.env, MERIDIAN_HOME: `${work}/drills` };
  const { status, stdout, stderr } = await execute(process.execPath, args, { cwd: root, env });
  if (status !== 0 && stdout === '') return { faults: [stderr.trim()] };
  const all = JSON.parse(stdout).drills;
  const faults = all.flatMap(({ name, expectations }) =>
    expectations
      .filter(({ passed }) => !passed)
      .map(({ what, observed }) => `${name}: ${what}: ${observed}`),
  );
  faults.push(...(await agreement({ root, work }, stdout)));
  if (status !== 0 && faults.length === 0) faults.push(`exit code ${status}: ${stderr.trim()}`);
  return { faults, detail: all.map(figures).join('; ') };
}

async function agreement({ root, work }, drilled) {
  const directory = await assembly(DECLARATION, { root, work });
  const args = ['--import', 'tsx', 'scripts/verify/agreement.ts', directory, DECLARATION];
  const { status, stdout, stderr } = await execute(process.execPath, args, {
    cwd: root,
    input: drilled,
  });
  if (status !== 0) return [`the agreement cannot be told: ${stderr.trim()}`];
  return stdout.split('\n').filter((line) => line !== '');
}

function figures({ name, rto, rpo }) {
  const time = rto === undefined ? 'no failover' : `${(rto.total / 1000).toFixed(1)} s`;
  return `${name} ${time}, ${rpo.lost} of ${rpo.acknowledged} writes lost`;
}
