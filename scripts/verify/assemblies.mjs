import { readdirSync, readFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { execute } from './execute.mjs';

/** Names of the reference declarations. */
export function references(root) {
  const files = readdirSync(join(root, 'lib/config/declarations'));
  return files.filter((file) => file.endsWith('.ts')).map((file) => parse(file).name);
}

const made = new Map();

/**
 * The assembly of a reference declaration, checked by the CDK itself and made once for all steps.
 *
 * @returns {Promise<string>} its directory
 * @throws Error with the words of the synth that failed
 */
export function assembly(declaration, { root, work }) {
  if (!made.has(declaration)) made.set(declaration, synthesize(declaration, root, work));
  return made.get(declaration);
}

async function synthesize(declaration, root, work) {
  const directory = join(work, declaration);
  const args = ['bin/meridian.js', 'synth', declaration, '--out', directory, '--validate'];
  const { status, stdout, stderr } = await execute(process.execPath, args, { cwd: root });
  if (status !== 0) throw new Error(`${declaration}: ${stderr}${stdout}`);
  return directory;
}

/** Stacks of an assembly: `{ id, region, template }`, the last a path. */
export function stacks(directory) {
  const { artifacts } = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'));
  return Object.entries(artifacts)
    .filter(([, { type }]) => type === 'aws:cloudformation:stack')
    .map(([id, { environment, properties }]) => ({
      id,
      region: environment.split('/').at(-1),
      template: join(directory, properties.templateFile),
    }));
}
