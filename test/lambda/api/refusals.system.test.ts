import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Refusals } from '../../../lambda/api/refusals';
import { overloaded } from '../../../lambda/platform/errors';

test('each refusal says what there is too much of, and a line of the log tells those of a second', async () => {
  const lines: unknown[] = [];
  const log = (...line: unknown[]) => void lines.push(line);
  const refusals = new Refusals({ region: 'eu-central-1', log });
  const errors = [overloaded('server'), overloaded('s0.content (reader) ✓')];
  const asked = { count: 0 };
  const server = createServer((_, response) => {
    const error = errors[asked.count % 2]!;
    asked.count += 1;
    refusals.send(response, error);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  try {
    const { port } = server.address() as AddressInfo;
    for (const { errors: expected } of [...errors, ...errors]) {
      const answer = await fetch(`http://127.0.0.1:${port}/`);
      expect([answer.status, await answer.json()]).toEqual([503, { errors: expected }]);
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(answer.headers.get('x-meridian-region')).toBe('eu-central-1');
      expect(answer.headers.get('access-control-expose-headers')).toContain('retry-after');
    }
    await new Promise((done) => setTimeout(done, 1_200));
    expect(lines).toEqual([['warn', 'requests refused', { count: 4 }]]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
