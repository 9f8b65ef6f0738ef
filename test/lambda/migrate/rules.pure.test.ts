import type { Migration } from '../../../lambda/migrate/migration';
import { MIGRATIONS } from '../../../lambda/migrate/migrations';
import { checkMigrations, splitStatements } from '../../../lambda/migrate/rules';

function expand(sql: string, transaction: Migration['transaction'] = 'own'): Migration {
  return { version: 1, name: 'step', phase: 'expand', transaction, sql };
}

function reasons(migration: Migration): readonly string[] {
  return checkMigrations([migration]).map(({ reason }) => reason);
}

test.each(Object.entries(MIGRATIONS))(
  'every migration of %s keeps the rules',
  (_domain, history) => {
    expect(checkMigrations(history)).toEqual([]);
  },
);

test.each([
  'drop table users',
  'DROP  TABLE\n users',
  'drop index users_email',
  'alter table users drop column bio',
  'alter table users add column x int, drop column bio',
  'alter table users alter column id drop default',
  'alter table users rename column bio to about',
  'alter table users rename to people',
  'alter index users_email rename to x',
  'alter table users alter column id type int',
  'alter table users alter column id set data type int',
  'alter table users alter bio set not null',
  'alter table users add column x int not null',
  'alter table users add x int not null',
  'alter table users add column x uuid default gen_random_uuid()',
  'alter table users add constraint c check (id > 0)',
  'alter table users add foreign key (id) references articles (id)',
  'alter table users add constraint u unique (bio)',
  'create index users_bio on users (bio)',
  'create unique index users_bio on users (bio)',
  'truncate users',
  'delete from users',
  'update users set bio = null',
  'lock table users',
  'vacuum full users',
  'grant all on users to public',
  'select 1; commit; drop table users',
])('refused while running code may mind: %s', (sql) => {
  expect(reasons(expand(sql))).not.toEqual([]);
});

test.each([
  'alter table users add column x int',
  'alter table users add column x int not null default 0',
  'alter table users add constraint c check (id > 0) not valid',
  'alter table users validate constraint c',
  'alter table users add constraint u unique using index users_bio',
  'create table t (id int not null); create index t_id on t (id); insert into t values (1)',
  "create function f() returns text language sql return 'drop table users'",
  'create function f() returns void language plpgsql as $$ begin delete from users; end $$',
  '-- drop table users\nselect 1',
  '/* drop table users; */ select 1',
  "insert into tags (tag) values ('a; drop table users; --')",
])('allowed: %s', (sql) => {
  expect(reasons(expand(sql))).toEqual([]);
});

test('a contract step may remove, but not end its transaction', () => {
  const contract: Migration = { ...expand('alter table users drop column bio'), phase: 'contract' };
  expect(reasons(contract)).toEqual([]);
  expect(reasons({ ...contract, sql: 'commit' })).toHaveLength(1);
});

test.each([
  'create table t (id int)',
  'create index i on users (bio)',
  'alter table users add column x int',
  'alter table users add x int',
])('a contract step is refused what code would have needed before it: %s', (sql) => {
  expect(reasons({ ...expand(sql), phase: 'contract' })).toEqual([
    expect.stringContaining('belongs to an expand step'),
  ]);
});

test.each([
  'alter table users alter column bio set not null',
  'alter table users add constraint c check (id > 0)',
  'alter table users add unique (bio)',
  'delete from users',
  'drop table users',
])('a contract step may: %s', (sql) => {
  expect(reasons({ ...expand(sql), phase: 'contract' })).toEqual([]);
});

test.each([
  ['create index concurrently if not exists i on users (bio)', 'own', false],
  ['create index concurrently if not exists i on users (bio)', 'none', true],
  ['create index concurrently i on users (bio)', 'none', false],
  ['create index concurrently if not exists i on users (bio); select 1', 'none', false],
  ['alter table users add column x int', 'none', false],
  ['drop index concurrently if exists i', 'none', true],
] as const)('%s with transaction %s: %s', (sql, transaction, allowed) => {
  expect(reasons(expand(sql, transaction)).length === 0).toBe(allowed);
});

test('versions rise by one', () => {
  const step = expand('select 1');
  expect(checkMigrations([step, { ...step, version: 3 }])).toMatchObject([
    { migration: '3 step', reason: 'versions rise by one: expected 2' },
  ]);
});

test('statements end at semicolons that are code', () => {
  expect(splitStatements("select ';' ; SELECT 2;\n-- ; \n")).toEqual(["select ''", 'select 2']);
});
