import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import Ajv from 'ajv';
import operationSchema from '../../../../../docs/schemas/operation.schema.json';
import linkSchema from '../../../../../docs/schemas/twin-link.schema.json';
import statusSchema from '../../../../../docs/schemas/status.schema.json';
import type { OperationReport, StatusReport } from '../../../../../lib/tools/operations/regions';
import type { Report, Status } from '../../../../../lib/tools/twin/run';
import { runMeridian } from '../../../../support/command';
import { eventually } from '../../../../support/processes';
import { TestTwin } from '../../../../support/twin';

/** A real twin of three Regions, operated by the commands. */
const twin = new TestTwin();
const CLI = join(resolve(__dirname, '../../../../..'), 'bin/meridian.js');
const [FRANKFURT, TOKYO] = ['eu-central-1', 'ap-northeast-1'];
const TIMEOUT = 120_000;
let report: Report;

interface Answer<T> {
  readonly exitCode: number | null;
  readonly json: T;
  readonly stderr: string;
}

/** In this process: that the command line does the same as a process is asked once. */
async function meridian<T>(...args: readonly string[]): Promise<Answer<T>> {
  const { exitCode, stdout, stderr } = await runMeridian([...args, '--json'], {
    ...{ cwd: twin.home, env: environment() },
  });
  return { exitCode, stderr, json: (stdout === '' ? null : JSON.parse(stdout)) as T };
}

function asProcess<T>(...args: readonly string[]): Promise<Answer<T>> {
  const options = { cwd: twin.home, env: environment() };
  const child = spawn(process.execPath, [CLI, ...args, '--json'], options);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((tell) => {
    child.once('close', (exitCode) => {
      tell({ exitCode, stderr, json: (stdout === '' ? null : JSON.parse(stdout)) as T });
    });
  });
}

const environment = () => ({ PATH: process.env['PATH'], MERIDIAN_HOME: twin.home });
const operate = (...args: readonly string[]) =>
  meridian<OperationReport>(...args, '--twin', 'default');
const status = () => meridian<StatusReport>('status', '--twin', 'default');

beforeAll(async () => {
  report = await twin.start('--time-scale', '10', '--link-jitter', '1');
}, TIMEOUT);
afterAll(async () => {
  expect(await twin.stop()).toEqual([]);
}, 60_000);

test('the network between two Regions is changed while it runs, and told of', async () => {
  const { lines, json } = await linkAfter(
    ...['--between', `${FRANKFURT},${TOKYO}`, '--jitter', '4', '--loss', '0.5'],
    ...['--bandwidth', '200'],
  );
  expect(new Ajv({ strict: false }).compile(linkSchema)(json)).toBe(true);
  expect(lines).toMatchObject([{ jitterMs: 4, lossPercent: 0.5, megabitsPerSecond: 200 }]);
  const shown = (await (await fetch(new URL('status.json', report.console))).json()) as Status;
  expect(shown.link).toEqual(json.link);
  const wrong = await meridian('twin', 'link', '--between', 'here,there', '--loss', '51');
  expect(wrong.exitCode).toBe(2);
  expect(wrong.stderr).toMatch(/between: here .*\n.*between: there .*\n.*lossPercent/);
  const { lines: reset } = await linkAfter('--reset');
  expect(reset).toMatchObject([{ jitterMs: 1, lossPercent: 0, megabitsPerSecond: null }]);
}, 60_000);

/** What the command says, and of it the line between Frankfurt and Tokyo. */
async function linkAfter(...args: readonly string[]) {
  const { json } = await meridian<Pick<Status, 'link'>>('twin', 'link', ...args);
  const ends = [FRANKFURT, TOKYO];
  const lines = json.link.filter(({ between }) => ends.every((end) => between.includes(end)));
  return { json, lines };
}

/** Registers through Tokyo's load balancer, which forwards to whoever writes. */
async function write(name: string): Promise<{ status: number; by: string | null }> {
  const answer = await fetch(new URL('api/users', report.regions[TOKYO]?.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      user: { username: name, email: `${name}@example.com`, password: 'correct horse' },
    }),
  });
  await answer.arrayBuffer();
  return { status: answer.status, by: answer.headers.get('x-meridian-written-by') };
}

/** What was acknowledged, of as many attempts as it takes: each has a name of its own. */
const written = async (prefix: string, by: string): Promise<string> => {
  let name = '';
  let at = 0;
  const outcome = await eventually(
    () => write((name = `${prefix}${(at += 1)}`)),
    (it) => it.status === 201,
  );
  // Only a forwarded write says who wrote it.
  expect(outcome).toEqual({ status: 201, by: by === TOKYO ? null : by });
  return name;
};

test(
  'status of a twin that is well has nothing to look at',
  async () => {
    const { exitCode, json } = await eventually(status, (it) => it.exitCode === 0);
    expect(new Ajv({ formats: { 'date-time': true } }).validate(statusSchema, json)).toBe(true);
    expect(exitCode).toBe(0);
    expect(json.findings).toEqual([]);
    expect(json.regions[FRANKFURT]).toMatchObject({ traffic: 'admitted', answers: true });
    const queues = Object.entries(json.regions[TOKYO]?.queues ?? {});
    expect(queues.length).toBeGreaterThan(0);
    for (const [, { waiting }] of queues) expect(waiting).toBeGreaterThanOrEqual(0);
    expect(json.shards).toMatchObject({
      s0: {
        home: FRANKFURT,
        copies: expect.arrayContaining([
          { region: FRANKFURT, role: 'writer', lagBytes: null, lagSeconds: null },
        ]) as unknown,
      },
    });
    expect(json.capacity).toMatchObject({ needed: 2, enough: true });
  },
  TIMEOUT,
);

test(
  'whoever does not say yes changes nothing',
  async () => {
    const planned = await operate('drain', TOKYO, '--plan');
    expect(planned).toMatchObject({ exitCode: 0, json: { outcome: 'planned', done: [] } });
    const declined = await operate('drain', TOKYO);
    expect(declined).toMatchObject({ exitCode: 1, json: { outcome: 'declined', done: [] } });
    expect((await status()).json.regions[TOKYO]?.traffic).toBe('admitted');
  },
  TIMEOUT,
);

test(
  'a drained Region is left by DNS, until it is returned',
  async () => {
    const { exitCode, json } = await operate('drain', TOKYO, '--yes');
    expect({ exitCode, outcome: json.outcome }).toEqual({ exitCode: 0, outcome: 'done' });
    expect(new Ajv().validate(operationSchema, json)).toBe(true);
    expect((await operate('drain', TOKYO, '--yes')).json.outcome).toBe('nothing-to-do');
    await eventually(seenFromTokyo, (region) => region !== TOKYO && region !== null);
    const after = await status();
    expect(after.exitCode).toBe(1);
    expect(after.json.findings).toEqual([`${TOKYO} is drained: \`meridian return ${TOKYO}\``]);
    // A second one would leave one of three Regions.
    const second = await operate('drain', FRANKFURT, '--yes');
    expect(second).toMatchObject({ exitCode: 1, json: { outcome: 'refused', done: [] } });
    const back = await operate('return', TOKYO, '--yes');
    expect(back).toMatchObject({ exitCode: 0 });
    expect(back.json.plan.capacity.serving).toContain(TOKYO);
    await eventually(seenFromTokyo, (region) => region === TOKYO);
  },
  TIMEOUT,
);

test(
  'a shard is switched over and back, and nothing that was written is missing',
  async () => {
    const names = [await written('before', FRANKFURT)];
    // By its store's name, as on AWS.
    const there = await operate('switchover', 'main', '--to', TOKYO, '--yes');
    expect(there).toMatchObject({ exitCode: 0, json: { outcome: 'done' } });
    expect(there.json.plan.shards.map(({ shard }) => shard)).toEqual(['s0']);
    names.push(await written('there', TOKYO));
    const between = await eventually(status, (it) => it.exitCode === 0);
    expect(between.json.shards['s0']).toMatchObject({ home: TOKYO, state: 'serving' });
    // The old writer follows.
    expect(between.json.shards['s0']?.copies).toContainEqual(
      expect.objectContaining({ region: FRANKFURT, role: 'standby' }),
    );
    const [one, two] = await Promise.all([
      operate('switchover', 's0', '--to', FRANKFURT, '--yes'),
      operate('switchover', 's0', '--to', FRANKFURT, '--yes'),
    ]);
    const outcomes = [one.json.outcome, two.json.outcome].sort();
    expect(['done,refused', 'done,nothing-to-do', 'done,done']).toContain(outcomes.join(','));
    names.push(await written('back', FRANKFURT));
    for (const name of names) expect(await eventually(() => knows(name), Boolean)).toBe(true);
  },
  TIMEOUT,
);

test(
  'an evacuated Region neither serves nor writes, and can be returned',
  async () => {
    const { exitCode, json } = await operate('evacuate', FRANKFURT, '--yes');
    expect({ exitCode, outcome: json.outcome }).toEqual({ exitCode: 0, outcome: 'done' });
    expect(json.plan.shards.every(({ how }) => how === 'switchover')).toBe(true);
    const after = await status();
    expect(after.json.regions[FRANKFURT]).toMatchObject({ traffic: 'drained', writes: [] });
    expect(await operate('evacuate', FRANKFURT, '--yes')).toMatchObject({
      exitCode: 0,
      json: { outcome: 'nothing-to-do' },
    });
    expect(await operate('return', FRANKFURT, '--yes')).toMatchObject({ exitCode: 0 });
    await eventually(status, (it) => it.exitCode === 0);
  },
  TIMEOUT,
);

test(
  'the command line answers as the commands do: JSON alone, and what there is as its exit code',
  async () => {
    const well = await asProcess<StatusReport>('status', '--twin', 'default');
    expect([well.exitCode, well.stderr, well.json.findings]).toEqual([0, '', []]);
    const faulty = await asProcess('drain', 'eu-west-9', '--yes', '--twin', 'default');
    expect([faulty.exitCode, faulty.json]).toEqual([2, null]);
    expect(faulty.stderr).toMatch(/^meridian: .*must be one of/);
  },
  TIMEOUT,
);

test(
  'what is not there is told with what there is',
  async () => {
    const region = await operate('drain', 'eu-west-9', '--yes');
    expect(region.exitCode).toBe(2);
    expect(region.stderr).toContain('must be one of');
    const near = await operate('drain', 'eu-centrl-1', '--yes');
    expect(near.stderr).toContain(`got: eu-centrl-1 (did you mean ${FRANKFURT}?)`);
    const shard = await operate('switchover', 's9', '--to', TOKYO, '--yes');
    expect(shard.exitCode).toBe(2);
    expect(shard.stderr).toContain('shard, store or domain of s0, main, ');
    expect(shard.stderr).toContain('got: s9 (did you mean s0?)');
    expect((await meridian('status', '--twin', 'other')).exitCode).toBe(2);
  },
  TIMEOUT,
);

async function seenFromTokyo(): Promise<string | null> {
  const answer = await fetch(new URL('status.json', report.console));
  const { vantages } = (await answer.json()) as {
    vantages: { city: string; region: string | null }[];
  };
  return vantages.find(({ city }) => city === 'Tokyo')?.region ?? null;
}

async function knows(name: string): Promise<boolean> {
  const answer = await fetch(new URL(`api/profiles/${name}`, report.regions[FRANKFURT]?.url));
  await answer.arrayBuffer();
  return answer.status === 200;
}
