import { setTimeout as sleep } from 'node:timers/promises';
import type { Change, ItemStore } from '../../../../../lib/tools/twin/tables/private/replicated';
import { ReplicatedTables } from '../../../../../lib/tools/twin/tables/private/replicated';
import type { Item } from '../../../../../lib/tools/twin/tables/private/writes';
import type { TableConfig } from '../../../../../lib/tools/twin/tables';

const KEY = { id: { S: '1' } };

class Memory implements ItemStore {
  public readonly items = new Map<string, Item>();
  public get = (_: string, key: Item) => Promise.resolve(this.items.get(JSON.stringify(key)));
  public put = (_: string, item: Item) => {
    this.items.set(JSON.stringify({ id: item['id'] }), item);
    return Promise.resolve();
  };
  public remove = (_: string, key: Item) => {
    this.items.delete(JSON.stringify(key));
    return Promise.resolve();
  };
}

/** Two Regions; messages between them pass only while the link is up. */
function twoRegions() {
  const link = { up: true, messages: 0 };
  const stores = { a: new Memory(), b: new Memory() };
  const regions: Record<string, ReplicatedTables> = {};
  const deliver = async (url: string, changes: readonly Change[]) => {
    if (!link.up) throw new Error('the link is down');
    link.messages += 1;
    for (const change of changes) await regions[url]?.apply(structuredClone(change));
  };
  const table = (peer: string): TableConfig => ({
    name: 't',
    keySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    attributes: [],
    indexes: [],
    replicas: { [peer]: peer },
  });
  regions['a'] = new ReplicatedTables('a', [table('b')], stores.a, deliver);
  regions['b'] = new ReplicatedTables('b', [table('a')], stores.b, deliver);
  const write = (region: 'a' | 'b', value: string | undefined, ok = true) =>
    regions[region]!.write([{ table: 't', key: KEY }], async () => {
      if (ok && value !== undefined) await stores[region].put('t', { ...KEY, v: { S: value } });
      if (ok && value === undefined) await stores[region].remove('t', KEY);
      return { ok };
    });
  const values = () => [stores.a, stores.b].map((it) => it.items.get(JSON.stringify(KEY))?.['v']);
  const waiting = () => [regions['a']!.state()['b']!.waiting, regions['b']!.state()['a']!.waiting];
  const settled = async () => {
    for (let turn = 0; turn < 200 && waiting().some((count) => count > 0); turn += 1)
      await sleep(5);
  };
  const close = () => {
    Object.values(regions).forEach((region) => {
      region.close();
    });
  };
  return { link, write, values, waiting, settled, close };
}

describe('replicated tables', () => {
  test('bring a write to the other Region', async () => {
    const { write, values, settled } = twoRegions();
    await write('a', 'x');
    await settled();
    expect(values()).toEqual([{ S: 'x' }, { S: 'x' }]);
  });

  test('bring a deletion to the other Region', async () => {
    const { write, values, settled } = twoRegions();
    await write('a', 'x');
    await settled();
    await write('b', undefined);
    await settled();
    expect(values()).toEqual([undefined, undefined]);
  });

  test('send nothing of a write that failed', async () => {
    const { link, write, settled } = twoRegions();
    await write('a', 'x', false);
    await settled();
    expect(link.messages).toBe(0);
  });

  test('agree on the later of two writes that were made while the link was down', async () => {
    const { link, write, values, waiting, settled } = twoRegions();
    link.up = false;
    await write('b', 'earlier');
    await sleep(3);
    await write('a', 'later');
    expect(waiting()).toEqual([1, 1]);
    link.up = true;
    await settled();
    expect(values()).toEqual([{ S: 'later' }, { S: 'later' }]);
  });

  test('send many changes of one item as one, the last', async () => {
    const { link, write, values, settled } = twoRegions();
    link.up = false;
    for (let number = 0; number < 50; number += 1) await write('a', String(number));
    link.up = true;
    await settled();
    expect(values()).toEqual([{ S: '49' }, { S: '49' }]);
    expect(link.messages).toBe(1);
  });

  test('stop to try when they are closed', async () => {
    const { link, write, waiting, close } = twoRegions();
    link.up = false;
    await write('a', 'x');
    await sleep(20);
    close();
    link.up = true;
    await sleep(120);
    expect(waiting()).toEqual([1, 0]);
  });
});
