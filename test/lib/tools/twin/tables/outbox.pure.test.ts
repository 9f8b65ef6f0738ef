import { Outbox } from '../../../../../lib/tools/twin/tables/private/outbox';

describe('Outbox', () => {
  test('holds no more than its limit and counts what it drops', () => {
    const outbox = new Outbox(() => new Promise(() => undefined), 2);
    for (const id of ['1', '2', '3', '2']) outbox.add({ table: 't', key: { id } });
    expect([outbox.size, outbox.dropped]).toEqual([2, 1]);
    outbox.close();
  });

  test('sends an item again that changed while it was being sent', async () => {
    const sent: unknown[] = [];
    let release: () => void = () => undefined;
    const outbox = new Outbox((items) => {
      sent.push(...items.map(({ key }) => key));
      return new Promise((resolve) => (release = resolve));
    });
    outbox.add({ table: 't', key: { id: '1' } });
    outbox.add({ table: 't', key: { id: '1' } });
    release();
    await new Promise(setImmediate);
    expect(sent).toEqual([{ id: '1' }, { id: '1' }]);
    release();
    await new Promise(setImmediate);
    expect(outbox.size).toBe(0);
  });
});
