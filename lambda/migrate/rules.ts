import type { Migration } from './migration';

/** Why a statement may not stand where it stands. */
export interface Violation {
  readonly migration: string;
  readonly statement: string;
  readonly reason: string;
}

interface Rule {
  readonly pattern: RegExp;
  readonly reason: string;
  /** The rule does not apply to tables that the same migration creates: nobody uses them yet. */
  readonly exceptNewTables?: boolean;
}

/** Statements after which the code of the release before would fail, or wait for a long lock. */
const EXPAND_RULES: readonly Rule[] = [
  {
    pattern: /^drop\b(?! index concurrently\b)/,
    reason: 'drops something that running code may use',
  },
  { pattern: /^alter table\b.*\bdrop\b/, reason: 'drops a column, constraint or default' },
  { pattern: /^alter\b.*\brename\b/, reason: 'renames what running code knows by its old name' },
  { pattern: /^alter table\b.*\balter\b.*\b(set data )?type\b/, reason: 'changes a type' },
  { pattern: /^alter table\b.*\bset not null\b/, reason: 'refuses rows that running code writes' },
  { pattern: /^alter table\b.*\bset schema\b/, reason: 'moves a table away from running code' },
  {
    pattern: /^alter table\b.*\badd (?:column )?(?!.*\bdefault\b)(?!constraint\b).*\bnot null\b/,
    reason: 'adds a column that running code does not fill: needs a default',
    exceptNewTables: true,
  },
  {
    pattern: /^alter table\b.*\badd (?:column )?.*\bdefault\b[^,]*\(/,
    reason: 'rewrites the table: the default is not a constant',
    exceptNewTables: true,
  },
  {
    pattern: /^alter table\b.*\badd (?:constraint \S+ )?(check|foreign key)\b(?!.*\bnot valid\b)/,
    reason: 'checks every row under a lock: add it `not valid`, validate later',
    exceptNewTables: true,
  },
  {
    pattern:
      /^alter table\b.*\badd (?:constraint \S+ )?(unique|primary key|exclude)\b(?!.*\busing index\b)/,
    reason: 'builds an index under a lock: create it concurrently, then `using index`',
    exceptNewTables: true,
  },
  {
    pattern: /^create (unique )?index (?!concurrently\b)/,
    reason: 'blocks writes while it is built: create it concurrently',
    exceptNewTables: true,
  },
  {
    pattern: /^(truncate|delete)\b/,
    reason: 'removes rows that running code may need',
    exceptNewTables: true,
  },
  {
    pattern: /^update\b/,
    reason: 'locks every row it touches: backfill in batches, outside of migrations',
    exceptNewTables: true,
  },
  {
    pattern: /^(lock|cluster|reindex(?!.*\bconcurrently\b)|vacuum\b.*\bfull\b)/,
    reason: 'locks the table',
  },
  {
    pattern: /^(grant|revoke|reassign|set role|reset role)\b/,
    reason: 'rights are given by run.ts',
  },
];

/** Statements that come too late in a step that waits until all Regions run the code that needs them. */
const CONTRACT_RULES: readonly Rule[] = [
  {
    pattern: /^create\b(?!.*\bindex concurrently\b)/,
    reason: 'adds something after the code that would use it: belongs to an expand step',
  },
  {
    pattern:
      /^alter table\b.*\badd (?:column )?(?!(?:constraint|check|foreign key|unique|primary key|exclude)\b)/,
    reason: 'adds a column after the code that would use it: belongs to an expand step',
  },
];

const ALWAYS_RULES: readonly Rule[] = [
  {
    pattern: /^(begin|commit|rollback|start transaction|savepoint)\b/,
    reason: 'ends the transaction that records the migration',
  },
];

const PHASE_RULES = { expand: EXPAND_RULES, contract: CONTRACT_RULES } as const;

/** All violations of one domain's history: numbering, rules of the phase, transactions. */
export function checkMigrations(migrations: readonly Migration[]): readonly Violation[] {
  return migrations.flatMap((migration, index) => {
    const violations = checkMigration(migration);
    if (migration.version === index + 1) return violations;
    const reason = `versions rise by one: expected ${index + 1}`;
    return [{ migration: label(migration), statement: '', reason }, ...violations];
  });
}

function checkMigration(migration: Migration): readonly Violation[] {
  const statements = splitStatements(migration.sql);
  const created = new Set(statements.flatMap((statement) => tableOf(CREATES, statement) ?? []));
  const rules = [...ALWAYS_RULES, ...PHASE_RULES[migration.phase]];
  const broken = statements.flatMap((statement) =>
    rules
      .filter((rule) => breaks(rule, statement, created))
      .map(({ reason }) => ({ migration: label(migration), statement, reason })),
  );
  return [...broken, ...checkTransaction(migration, statements)];
}

function checkTransaction(
  migration: Migration,
  statements: readonly string[],
): readonly Violation[] {
  const fault = (reason: string, statement = '') => [
    { migration: label(migration), statement, reason },
  ];
  const concurrent = statements.find((statement) => /\bconcurrently\b/.test(statement));
  if (migration.transaction === 'own')
    return concurrent === undefined ? [] : fault('needs `transaction: none`', concurrent);
  if (statements.length !== 1) return fault('without a transaction, one statement and no more');
  if (!/\bindex concurrently if (not )?exists\b/.test(statements[0] ?? ''))
    return fault('without a transaction, only `… index concurrently if [not] exists`');
  return [];
}

const CREATES = /^create (?:(?:unlogged )?table|materialized view) (?:if not exists )?([\w."]+)/;
const TOUCHES =
  /^(?:alter table (?:if exists )?(?:only )?|create (?:unique )?index .*?\bon (?:only )?|delete from (?:only )?|update (?:only )?|truncate (?:table )?)([\w."]+)/;

function breaks(rule: Rule, statement: string, created: ReadonlySet<string>): boolean {
  if (!rule.pattern.test(statement)) return false;
  const table = tableOf(TOUCHES, statement);
  return !(rule.exceptNewTables === true && table !== undefined && created.has(table));
}

function tableOf(pattern: RegExp, statement: string): string | undefined {
  return pattern.exec(statement)?.[1];
}

function label({ version, name }: Migration): string {
  return `${version} ${name}`;
}

/** Comments gone, texts and function bodies emptied, so that words in them are not taken for SQL. */
const NOT_CODE = /--[^\n]*|\/\*[\s\S]*?\*\/|(\$\w*\$)[\s\S]*?\1|'(?:[^']|'')*'/g;

/** Statements in lower case, each on one line with single spaces. */
export function splitStatements(sql: string): readonly string[] {
  return sql
    .replace(NOT_CODE, (match) => (match.startsWith("'") || match.startsWith('$') ? "''" : ' '))
    .split(';')
    .map((statement) => statement.replace(/\s+/g, ' ').trim().toLowerCase())
    .filter((statement) => statement !== '');
}
