import { Stopped, Supervisor } from '../../../../../lib/tools/twin/processes';
import type { Supervised } from '../../../../../lib/tools/twin/processes';

function part(label: string, events: string[], exited?: Promise<number>): Supervised {
  return {
    label,
    processes: () => [{ pid: label.length, startTime: 1 }],
    ...(exited && { exited }),
    stop: () => {
      events.push(`stop ${label}`);
      return Promise.resolve();
    },
    kill: () => events.push(`kill ${label}`),
  };
}

describe('Supervisor', () => {
  test('ends what was started last first, layer by layer', async () => {
    const events: string[] = [];
    const supervisor = new Supervisor(() => undefined);
    supervisor.add(part('database', events));
    supervisor.nextLayer();
    supervisor.add(part('gateway', events));
    await supervisor.stop();
    expect(events).toEqual(['stop gateway', 'stop database']);
  });

  test('ends a newcomer at once while it is stopping', async () => {
    const events: string[] = [];
    const supervisor = new Supervisor(() => undefined);
    await supervisor.stop();
    expect(() => supervisor.add(part('late', events))).toThrow(Stopped);
    expect(events).toEqual(['kill late']);
  });

  test('tells of a process that ended by itself, and lists it no longer', async () => {
    const ended: string[] = [];
    const supervisor = new Supervisor((label, code) => ended.push(`${label} ${code}`));
    const dead = supervisor.add(part('tables', [], Promise.resolve(7)));
    await Promise.resolve();
    expect(ended).toEqual(['tables 7']);
    expect(supervisor.isDead(dead)).toBe(true);
    expect(supervisor.processes()).toEqual([]);
  });

  test('takes what has ended and runs again for alive, until it ends again', async () => {
    const ended: string[] = [];
    const supervisor = new Supervisor((label, code) => ended.push(`${label} ${code}`));
    let exited = Promise.resolve(7);
    const server: Supervised = {
      ...part('database', []),
      get exited() {
        return exited;
      },
    };
    supervisor.add(server);
    await Promise.resolve();
    expect(supervisor.isDead(server)).toBe(true);
    let end: (code: number) => void = () => undefined;
    exited = new Promise((resolve) => (end = resolve));
    supervisor.renewed(server);
    expect(supervisor.isDead(server)).toBe(false);
    end(3);
    await exited;
    await Promise.resolve();
    expect([supervisor.isDead(server), ended]).toEqual([true, ['database 7', 'database 3']]);
  });

  test('ends what is started again while it is stopping', async () => {
    const events: string[] = [];
    const supervisor = new Supervisor(() => undefined);
    const server = supervisor.add(part('database', events));
    await supervisor.stop();
    supervisor.renewed(server);
    expect(events).toEqual(['stop database', 'kill database']);
  });
});
