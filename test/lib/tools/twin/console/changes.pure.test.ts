import { changes } from '../../../../../lib/tools/twin/console/private/changes';
import { statusWith } from './statuses';

const before = statusWith();
const texts = (after: ReturnType<typeof statusWith>, from = before): readonly string[] =>
  changes(from, after).map(({ text }) => text);

it('tells nothing where nothing changed', () => {
  expect(texts(statusWith())).toEqual([]);
});

it('tells a failover as it is seen from outside, and the way back', () => {
  const away = ['us-west-2', 'us-west-2', 'us-west-2'];
  const after = statusWith({ healthy: false, writer: false }, { writer: true }, away);
  expect(texts(after)).toEqual([
    'Dublin is unhealthy: DNS sends nobody there',
    'Dublin takes no more writes',
    'Oregon takes writes',
    'DNS sends London, Paris to Oregon instead of Dublin',
  ]);
  expect(texts(before, after)).toContain('Dublin is healthy again');
});

it('tells once which processes have ended', () => {
  const after = statusWith({ dead: true, ended: ['gateway', 'tables', 'a', 'b'] });
  expect(texts(after)).toEqual(['Dublin: gateway, tables, a and 1 more ended']);
  expect(texts(after, after)).toEqual([]);
});

it('takes what is not known for no change', () => {
  const unknown = statusWith({ healthy: null, writer: null }, {}, [null, null, 'us-west-2']);
  expect(texts(unknown)).toEqual(['DNS sends London, Paris to no Region instead of Dublin']);
  expect(texts(statusWith({}, {}), statusWith({ healthy: null }))).toEqual([]);
});

it('tells what is unusual even where nothing was known before', () => {
  const unknown = statusWith({ healthy: null }, { writer: null });
  expect(texts(statusWith({ healthy: false }, { writer: true }), unknown)).toEqual([
    'Dublin is unhealthy: DNS sends nobody there',
    'Oregon takes writes',
  ]);
});
