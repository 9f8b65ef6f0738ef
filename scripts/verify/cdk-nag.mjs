import { references } from './assemblies.mjs';
import { judge } from './acknowledged.mjs';
import { execute } from './execute.mjs';

/** The AwsSolutions pack of cdk-nag on every stack of every reference. */
export async function cdkNag({ root }) {
  const found = [];
  for (const reference of references(root)) {
    const args = ['--import', 'tsx', 'scripts/verify/nag.ts', reference];
    const env = { ...process.env, CDK_VALIDATION: 'false' };
    const { status, stdout, stderr } = await execute(process.execPath, args, { cwd: root, env });
    if (status !== 0) throw new Error(`${reference}: ${stderr}`);
    found.push(...JSON.parse(stdout).map(finding));
  }
  return judge('cdk-nag', found);
}

/** A rule with several findings at one resource names each in brackets: they belong to the place. */
function finding({ rule, place, message }) {
  const name = rule.replace(/\[.*$/s, '');
  return { rule: name, place: `${place} ${rule.slice(name.length)}`, message };
}
