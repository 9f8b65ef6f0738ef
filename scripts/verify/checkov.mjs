import { relative } from 'node:path';
import { preparePython } from '../needs/python.mjs';
import { COUNTED } from './acknowledgements.mjs';
import { assembly, references, stacks } from './assemblies.mjs';
import { BLOCKING } from './checkov-list.mjs';
import { count } from './counted.mjs';
import { execute } from './execute.mjs';

const RUN = 'import sys; from checkov.main import Checkov; sys.exit(Checkov(sys.argv[1:]).run())';
// What is missing is told by the code of ours that reads the answer.
const OPTIONS = ['--framework', 'cloudformation', '--compact', '--output', 'json', '--soft-fail'];

/** checkov on every template: a list of checks blocks, the findings of the others may only become fewer. */
export async function checkov(context) {
  const python = preparePython('checkov');
  if (python.reason !== undefined) return python;
  const templates = [];
  for (const reference of references(context.root))
    for (const { template } of stacks(await assembly(reference, context))) templates.push(template);
  const { passed, failed } = await ask(python.path, templates, context);
  const place = ({ file_abs_path: path, resource }) =>
    `${relative(context.work, path).replace('.template.json', '')}: ${resource}`;
  const findings = failed.map((it) => ({
    ...{ rule: it.check_id, place: place(it), message: it.check_name },
  }));
  const asked = new Set([...passed, ...failed].map((it) => it.check_id));
  return count({ findings, asked, blocking: BLOCKING, counted: COUNTED });
}

async function ask(python, templates, { work }) {
  const files = templates.flatMap((template) => ['--file', template]);
  const args = ['-c', RUN, ...OPTIONS, '--skip-download', ...files];
  const { stdout, stderr, status } = await execute(python, args, { cwd: work });
  try {
    const { results, summary } = JSON.parse(stdout);
    if (summary.parsing_errors === 0)
      return { passed: results.passed_checks, failed: results.failed_checks };
    throw new Error(`${summary.parsing_errors} templates cannot be read`);
  } catch (error) {
    throw new Error(`checkov ended with ${status}: ${stderr.slice(-2_000)}`, { cause: error });
  }
}
