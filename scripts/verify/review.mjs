import { judge } from './acknowledged.mjs';
import { assembly, references } from './assemblies.mjs';
import { execute } from './execute.mjs';

/** Our own review of every reference: errors that are not acknowledged are faults. */
export async function review(context) {
  const { root } = context;
  const errors = [];
  let warnings = 0;
  for (const reference of references(root)) {
    const directory = await assembly(reference, context);
    const args = ['bin/meridian.js', 'review', directory, '--declaration', reference, '--json'];
    const { status, stdout, stderr } = await execute(process.execPath, args, { cwd: root });
    if (status !== 0 && stdout === '') throw new Error(`${reference}: ${stderr}`);
    const { findings, summary } = JSON.parse(stdout);
    warnings += summary.warning;
    for (const { severity, rule, resource, message } of findings) {
      if (severity === 'error') errors.push({ rule, place: `${reference}: ${resource}`, message });
    }
  }
  const { faults, detail } = judge('review', errors);
  return { faults, detail: `${detail}; ${warnings} warnings` };
}
