import { pins } from '../../../../../lib/tools/twin/proxy';

/** As the user guide of Aurora has them, and what reads like them. */
test.each([
  [`SET statement_timeout = '5s'`, true],
  [`begin; set local x.y = '1'`, true],
  [`select set_config('a.b', $1, true)`, true],
  [`select nextval('ids')`, true],
  ['create temp table t (id int)', true],
  ['LISTEN news', true],
  ['select pg_advisory_lock(1)', true],
  ['prepare p as select 1', true],
  ['declare c cursor for select 1', true],
  ['update kept set id = 1', false],
  [`insert into kept values ('set x; listen y')`, false],
  ['select 1 -- set x', false],
  ['select pg_advisory_xact_lock(1)', false],
  ['create table templates (id int)', false],
  ['begin', false],
])('%s: %s', (statement, expected) => {
  expect(pins(statement)).toBe(expected);
});
