import { secretCommands } from '../../../../lib/handlers/balancer/secrets';

const FILE = '/etc/haproxy/origin.acl';

test('what is new is admitted before what is gone is refused', () => {
  expect(secretCommands(FILE, '0x5581 old\n0x5582 kept\n\n', ['kept', 'new'])).toEqual([
    `add acl ${FILE} new`,
    `del acl ${FILE} old`,
  ]);
});

test('nothing is said where nothing changed, nor a value that would be a command of its own', () => {
  expect(secretCommands(FILE, '0x5581 kept\n', ['kept'])).toEqual([]);
  expect(secretCommands(FILE, '\n', ['a;disable server x', 'two words', ''])).toEqual([]);
});
