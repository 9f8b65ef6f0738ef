import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Report, Status } from '../../../../lib/tools/twin/run';
import { eventually, gone } from '../../../support/processes';

/** A service that knows nothing of the sample workload, in its place: test/fixtures/greeter. */
jest.setTimeout(120_000);

const ROOT = resolve(__dirname, '../../../..');
const DECLARATION = join(ROOT, 'test/fixtures/greeter/declaration.mjs');

let home: string;
let twin: ChildProcess;
let report: Report;

function start(): Promise<Report> {
  const args = [join(ROOT, 'bin/meridian.js'), 'twin', 'up', DECLARATION, '--json'];
  twin = spawn(process.execPath, [...args, '--time-scale', '50'], {
    cwd: home,
    env: { PATH: process.env['PATH'] ?? '', MERIDIAN_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const heard = { stdout: '', stderr: '' };
  twin.stderr?.on('data', (chunk: Buffer) => (heard.stderr += chunk.toString()));
  return new Promise((ready, reject) => {
    twin.stdout?.on('data', (chunk: Buffer) => {
      heard.stdout += chunk.toString();
      if (heard.stdout.endsWith('\n')) ready(JSON.parse(heard.stdout) as Report);
    });
    twin.once('exit', () => {
      reject(new Error(heard.stderr));
    });
  });
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'meridian-greeter-'));
  report = await start();
});
afterAll(async () => {
  const ended = new Promise((tell) => twin.once('exit', tell));
  if (twin.exitCode === null && twin.kill('SIGTERM')) await ended;
  const left = await gone(home);
  rmSync(home, { recursive: true, force: true });
  expect(left).toEqual([]);
});

interface Greeting {
  readonly greeting: string;
  readonly from: string;
  readonly by: string;
}

async function greetings(region: string, count: number): Promise<readonly Greeting[]> {
  const url = new URL('/api/greeting', report.regions[region]!.url);
  const answers = Array.from({ length: count }, () => fetch(url));
  return Promise.all(
    (await Promise.all(answers)).map(async (answer) => (await answer.json()) as Greeting),
  );
}

test('it takes the place of the sample workload, as a function and as a server', async () => {
  for (const region of ['eu-west-1', 'us-west-2']) {
    const seen = await greetings(region, 40);
    expect(new Set(seen.map(({ greeting, from }) => `${greeting} ${from}`))).toEqual(
      new Set([`Dia dhuit ${region}`]),
    );
    expect(new Set(seen.map(({ by }) => by))).toEqual(new Set(['function', 'server']));
  }
});

test('the declared health paths decide whether a Region gets users', async () => {
  const healthy = async (): Promise<readonly unknown[]> => {
    const answer = await fetch(new URL('status.json', report.console));
    return Object.values(((await answer.json()) as Status).regions).map((region) => region.healthy);
  };
  expect(await eventually(healthy, (all) => all.every((one) => one === true))).toEqual([
    true,
    true,
  ]);
});
