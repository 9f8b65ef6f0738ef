import { commands, readPlaces } from '../../../../lib/handlers/balancer/reconcile';
import type { Place } from '../../../../lib/handlers/balancer/reconcile';

const place = (name: string, address = '127.0.0.1'): Place => ({
  ...{ name, address },
  taken: address !== '127.0.0.1',
});
const told = (places: readonly Place[], addresses: readonly string[]): readonly string[] =>
  commands('servers', places, addresses, 8080);

test('the places and who has them are read from what HAProxy tells', () => {
  const answer = [
    '1',
    '# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight',
    '3 servers 1 app1 10.0.0.1 2 0 1',
    '3 servers 2 app2 127.0.0.1 0 5 1',
    '',
  ].join('\n');
  expect(readPlaces(answer)).toEqual([place('app1', '10.0.0.1'), place('app2')]);
  expect(() => readPlaces('2\n')).toThrow('version 2');
});

test('whoever comes gets a free place, and its health is asked', () => {
  expect(told([place('app1', '10.0.0.1'), place('app2')], ['10.0.0.1', '10.0.0.2'])).toEqual([
    'set server servers/app2 addr 10.0.0.2 port 8080',
    'set server servers/app2 state ready',
    'enable health servers/app2',
  ]);
});

test('nothing is told where nothing changed', () => {
  expect(told([place('app1', '10.0.0.1'), place('app2')], ['10.0.0.1'])).toEqual([]);
});

test('whoever is gone leaves, and its place serves another', () => {
  expect(told([place('app1', '10.0.0.1')], ['10.0.0.2'])).toEqual([
    'set server servers/app1 state maint',
    'set server servers/app1 addr 10.0.0.2 port 8080',
    'set server servers/app1 state ready',
    'enable health servers/app1',
  ]);
});

test('one address has one place, and who finds none is left out', () => {
  const twice = [place('app1', '10.0.0.1'), place('app2', '10.0.0.1')];
  expect(told(twice, ['10.0.0.1'])).toEqual(['set server servers/app2 state maint']);
  expect(told([place('app1', '10.0.0.1')], ['10.0.0.1', '10.0.0.2'])).toEqual([]);
});
