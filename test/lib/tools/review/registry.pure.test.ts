import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rulePages, RULES } from '../../../../lib/tools/review';
import { ROOT } from '../../../support/root';

const TESTS = join(__dirname, 'rules');

/** Defects of the catalogue that no template shows: they are of the workflow or of a command line. */
const NOT_IN_TEMPLATES = ['D16', 'D17', 'D25', 'D26', 'D31', 'D32'];

it('has a rule for every rule of the failover path and every defect that a template can show', () => {
  const covered = new Set(RULES.flatMap(({ covers }) => covers));
  const numbers = (letter: string, last: number): string[] =>
    Array.from({ length: last }, (_, index) => `${letter}${index + 1}`);
  const wanted = [...numbers('R', 37), ...numbers('D', 34)];
  expect(wanted.filter((it) => !covered.has(it))).toEqual(NOT_IN_TEMPLATES);
  expect([...covered].filter((it) => !wanted.includes(it))).toEqual([]);
});

it('names each rule once, in lower case, and says why, whence and what to do', () => {
  const ids = RULES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, title, reason, remedy, source } of RULES) {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect([title, reason, remedy].every((text) => text.length > 10)).toBe(true);
    expect(source).toMatch(/^(https:\/\/[\w.-]*aws\.amazon\.com\/|docs\/)/);
  }
});

it('has a passing and a failing fixture for every rule', () => {
  const tests = readdirSync(TESTS).map((file) => readFileSync(join(TESTS, file), 'utf8'));
  expect(
    RULES.map(({ id }) => id).filter((id) => !tests.some((text) => text.includes(`'${id}'`))),
  ).toEqual([]);
});

it('has a page in docs/rules for every rule, as the code says it', () => {
  const directory = join(ROOT, 'docs/rules');
  const written = new Map(
    readdirSync(directory).map((file) => [file, readFileSync(join(directory, file), 'utf8')]),
  );
  // Written by `node --import tsx scripts/rule-pages.ts`.
  expect(written).toEqual(rulePages());
});
