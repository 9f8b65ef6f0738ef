import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeclarationError } from '../../../../lib/config';
import reference from '../../../../lib/config/declarations/multi-region';
import { LoadError, declarationFile, loadDeployment } from '../../../../lib/tools/declaration';

const cwd = mkdtempSync(join(tmpdir(), 'meridian-declaration-'));
afterAll(() => {
  rmSync(cwd, { recursive: true });
});

const declarationsDir = join(cwd, 'known');
mkdirSync(declarationsDir);
writeFileSync(join(declarationsDir, 'small.ts'), '');
writeFileSync(join(declarationsDir, 'large.ts'), '');

function write(name: string, content: string): string {
  writeFileSync(join(cwd, name), content);
  return name;
}

it('finds a bare name among the known declarations', () => {
  expect(declarationFile('small', { cwd, declarationsDir })).toBe(
    join(declarationsDir, 'small.ts'),
  );
});

it('takes anything else for a path from the working directory', () => {
  write('small.ts', '');
  expect(declarationFile('./small.ts', { cwd, declarationsDir })).toBe(join(cwd, 'small.ts'));
});

it('reads a declaration from JSON', () => {
  const file = write('mine.json', JSON.stringify({ ...reference, name: 'mine' }));
  expect(loadDeployment(file, { cwd }).name).toBe('mine');
});

it('lets the faults of a declaration through', () => {
  expect(() => loadDeployment(write('faulty.json', '{}'), { cwd })).toThrow(DeclarationError);
});

it.each([
  ['nope', 'there is no declaration named nope; known: large, small'],
  ['smal', 'there is no declaration named smal (did you mean small?); known: large, small'],
  ['./nope.ts', `there is no declaration file ${join(cwd, 'nope.ts')}`],
  ['./known', 'a declaration is a name (large, small) or a file that ends in .ts, .mjs, .json'],
  ['mine.yaml', 'or a file that ends in .ts, .mjs, .json, got: "mine.yaml"'],
  ['', 'or a file that ends in .ts, .mjs, .json, got: ""'],
])('says what is possible instead of %p', (name, message) => {
  const load = (): unknown => loadDeployment(name, { cwd, declarationsDir });
  expect(load).toThrow(LoadError);
  expect(load).toThrow(message);
});

it('names the file that is not JSON', () => {
  const load = (): unknown => loadDeployment(write('broken.json', '{"schemaVersion":'), { cwd });
  expect(load).toThrow(`${join(cwd, 'broken.json')} cannot be read as a declaration: `);
});
