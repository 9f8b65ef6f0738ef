import { FORWARDED_BY, REPEATED } from '../../../../../lambda/platform/forward';
import { ForwardedCount } from '../../../../../lib/tools/twin/link/private/forwarded';

const head = (...headers: readonly string[]) =>
  Buffer.from(['POST /api/articles HTTP/1.1', 'host: x', ...headers, '', 'body'].join('\r\n'));

test('requests between Regions are counted on the line, those that are sent again apart', () => {
  const count = new ForwardedCount();
  count.note(head(`${FORWARDED_BY}: us-east-2`));
  count.note(
    Buffer.concat([
      head(`${FORWARDED_BY}: us-east-2`),
      head(`${FORWARDED_BY}: us-east-2`, `${REPEATED}: 1`),
    ]),
  );
  // Orders of whoever carries out a failover, and what is no head of a request.
  count.note(head('x-other: 1'));
  count.note(Buffer.from('a body that speaks of x-meridian-repeated'));
  expect(count.value).toEqual({ attempts: 3, repeated: 1 });
});
