import { chmodSync, writeFileSync } from 'node:fs';
import { assembly } from './assemblies.mjs';
import { execute } from './execute.mjs';

/** Declaration whose twin is drilled. */
const REFERENCE = 'multi-region';

/** Every drill, each in a twin of its own: what was expected and not seen is a fault. */
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
  faults.push(...(await contradictions(all, { root, work })));
  if (status !== 0 && faults.length === 0) faults.push(`exit code ${status}: ${stderr.trim()}`);
  return { faults, detail: all.map(figures).join('; ') };
}

/** What the review of the same templates foretells otherwise than the drills saw it. */
async function contradictions(all, context) {
  const results = `${context.work}/drills.json`;
  writeFileSync(results, JSON.stringify(all));
  const directory = await assembly(REFERENCE, context);
  const args = ['--import', 'tsx', 'scripts/verify/agreement.ts', directory, REFERENCE, results];
  const { status, stdout, stderr } = await execute(process.execPath, args, { cwd: context.root });
  return status === 0 ? JSON.parse(stdout) : [stderr.trim()];
}

function figures({ name, rto, rpo }) {
  const seconds = (rto.total / 1000).toFixed(1);
  return `${name} ${seconds} s, ${rpo.lost} of ${rpo.acknowledged} writes lost`;
}
