import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Route } from '../../../../../lib/tools/twin/link';
import { CONTROL, distanceMs, planLink, Switchboard } from '../../../../../lib/tools/twin/link';

const place = (address: string, port: number) => ({ address, port });
const region = (name: string, number: number) => ({
  region: name,
  databases: new Map([['db', place(`127.${number}.0.10`, 15432)]]),
  tables: place(`127.${number}.0.20`, 18000),
  gateway: place(`127.${number}.0.80`, 18080),
});
const REGIONS = [region('one', 21), region('two', 22), region('three', 23)];
const CONTROL_PLACE = place('127.0.0.1', 18009);

describe('the link between Regions', () => {
  test('has a route of its own for each thing that one Region asks of another', async () => {
    const { routes } = await planLink({ regions: REGIONS, control: CONTROL_PLACE });
    const id = ({ from, to, kind }: Route) => `${from} ${to} ${kind}`;
    expect(new Set(routes.map(id)).size).toBe(routes.length);
    expect(routes).toHaveLength(3 * 2 * 3 + 3);
    const listens = routes.map(({ listen }) => `${listen.address}:${listen.port}`);
    expect(new Set(listens).size).toBe(routes.length);
    expect(routes.filter(({ to }) => to === CONTROL)).toHaveLength(3);
  });

  test('shows another Region’s place at an address of one’s own network, and one’s own as it is', async () => {
    const { via } = await planLink({ regions: REGIONS, control: CONTROL_PLACE });
    expect(via('two', place('127.21.0.10', 15432)).address).toBe('127.2.101.10');
    expect(via('three', CONTROL_PLACE).address).toBe('127.3.100.1');
    expect(via('one', place('127.21.0.10', 15432))).toEqual(place('127.21.0.10', 15432));
  });

  test('takes its delays from whoever knows them', async () => {
    const { routes } = await planLink({
      ...{ regions: REGIONS, control: CONTROL_PLACE },
      delayMs: (from, to, kind) => (kind === 'replication' && from === 'two' ? to.length : 0),
    });
    const delayed = routes.filter(({ delayMs }) => delayMs > 0);
    expect(delayed.map(({ to, delayMs }) => [to, delayMs])).toEqual([
      ['one', 3],
      ['three', 5],
    ]);
  });

  test('knows how far Regions are apart', () => {
    expect(distanceMs('eu-central-1', 'us-east-2')).toBeGreaterThan(40);
    expect(distanceMs('eu-central-1', 'us-east-2')).toBeLessThan(70);
    expect(distanceMs('eu-central-1', CONTROL)).toBe(0);
  });
});

describe('the switchboard', () => {
  const directory = mkdtempSync(join(tmpdir(), 'meridian-link-'));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  test('tells of a cut and of a heal even where nobody looked between them', async () => {
    const { routes } = await planLink({ regions: REGIONS, control: CONTROL_PLACE });
    const path = join(directory, 'switchboard');
    const board = Switchboard.create(path, routes.length);
    const reader = Switchboard.open(path, routes.length);
    const seen = () => routes.map((_, at) => reader.generation(at));
    const touchesOne = ({ from, to }: Route) => from === 'one' || to === 'one';
    board.set(routes, true, touchesOne);
    expect(seen()).toEqual(routes.map((route) => (touchesOne(route) ? 1 : 0)));
    board.set(routes, true, () => true);
    board.set(routes, false, touchesOne);
    expect(seen()).toEqual(routes.map((route) => (touchesOne(route) ? 2 : 1)));
    board.close();
    reader.close();
  });
});
