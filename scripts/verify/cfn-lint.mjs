import { basename } from 'node:path';
import { preparePython } from '../needs/python.mjs';
import { judge } from './acknowledged.mjs';
import { assembly, references, stacks } from './assemblies.mjs';
import { execute } from './execute.mjs';

const RUN = 'import sys; from cfnlint.runner import main; sys.exit(main())';

/** cfn-lint on every template, against the resource types of the template's own Region. */
export async function cfnLint(context) {
  const python = preparePython('judges');
  if (python.reason !== undefined) return python;
  const found = [];
  for (const reference of references(context.root)) {
    for (const [region, templates] of byRegion(stacks(await assembly(reference, context)))) {
      found.push(...(await lint(python.path, region, templates, context.root)));
    }
  }
  return judge('cfn-lint', found.map(finding));
}

function byRegion(members) {
  const regions = new Map();
  for (const { region, template } of members) {
    regions.set(region, [...(regions.get(region) ?? []), template]);
  }
  return regions;
}

async function lint(python, region, templates, root) {
  const args = ['-c', RUN, '--format', 'json', '--regions', region, '--template', ...templates];
  const { stdout, stderr, status } = await execute(python, args, { cwd: root });
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`cfn-lint ended with ${status}: ${stderr || stdout}`);
  }
}

function finding({ Rule, Filename, Location, Message }) {
  const place = `${basename(Filename, '.template.json')}: ${Location.Path?.join('/') ?? ''}`;
  return { rule: Rule.Id, place, message: Message };
}
