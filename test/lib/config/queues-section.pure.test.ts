import { checkOf, resolveDeployment } from '../../../lib/config';
import type { Deployment } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';
import loadBalanced from '../../../lib/config/declarations/load-balanced';
import strong from '../../../lib/config/declarations/strong';
import replicated from '../../../lib/config/declarations/replicated';

const declared = (more: object): Deployment => resolveDeployment({ ...reference, ...more });

describe('the sample workload', () => {
  test.each([
    ['load-balanced', loadBalanced, [], []],
    ['replicated', replicated, ['events'], ['relay', 'sweep', 'trending']],
    ['multi-region', reference, ['events'], ['relay', 'sweep', 'trending']],
  ] as const)('at stage %s has its queue and its jobs', (_, declaration, queues, jobs) => {
    const deployment = resolveDeployment(declaration);
    expect(deployment.queues.map(({ name }) => name)).toEqual(queues);
    expect(deployment.jobs.map(({ name }) => name)).toEqual(jobs);
  });

  test('has a FIFO queue, because its events keep their order', () => {
    expect(resolveDeployment(reference).queues).toEqual([
      {
        name: 'events',
        fifo: true,
        retentionDays: 4,
        maxReceives: 5,
        ageAlarmSeconds: 300,
        consumer: {
          bundle: 'build/lambda/work',
          memoryMiB: 512,
          timeoutSeconds: 30,
          batchSize: 10,
          maxConcurrency: 10,
        },
      },
    ]);
    expect(() => declared({ queues: { events: {} } })).toThrow(/queues\.events: .*fifo: true/s);
  });

  test('compares what is derived with the truth where that is declared, by its own code', () => {
    const check = { schedule: 'rate(15 minutes)' };
    expect(checkOf(resolveDeployment(reference))).toBeUndefined();
    expect(checkOf(declared({ jobs: { check } }))?.name).toBe('check');
    expect(checkOf(declared({ jobs: { check: { ...check, bundle: './mine' } } }))).toBeUndefined();
    expect(checkOf(resolveDeployment(strong))?.schedule).toBe('rate(15 minutes)');
  });

  test('can do without', () => {
    expect(declared({ queues: false, jobs: false })).toMatchObject({ queues: [], jobs: [] });
  });
});

test('every property of a queue and of a job is kept', () => {
  const queue = {
    fifo: false,
    retentionDays: 14,
    maxReceives: 3,
    ageAlarmSeconds: 60,
    consumer: {
      bundle: './mine',
      memoryMiB: 1024,
      timeoutSeconds: 60,
      batchSize: 5,
      maxConcurrency: 50,
    },
  };
  const job = {
    schedule: 'cron(0 3 * * ? *)',
    timeZone: 'Europe/Berlin',
    flexibleMinutes: 30,
    bundle: './mine',
    memoryMiB: 1024,
    timeoutSeconds: 900,
    retries: 0,
    maxAgeSeconds: 60,
  };
  const deployment = declared({
    queues: { mails: queue, polled: { consumer: false } },
    jobs: { nightly: job },
  });
  expect(deployment.queues).toMatchObject([
    { name: 'mails', ...queue },
    { name: 'polled', consumer: undefined },
  ]);
  expect(deployment.jobs).toEqual([{ name: 'nightly', ...job }]);
});

test.each([
  [{ queues: { 'Mails!': {} } }, /queues\.\["Mails!"\]/],
  [{ queues: { 'mails-dead': {} } }, /queues\.mails-dead/],
  [{ queues: { mails: { retentionDays: 15 } } }, /queues\.mails\.retentionDays.*1 to 14/s],
  [{ queues: { mails: { maxReceives: 0 } } }, /queues\.mails\.maxReceives.*1 to 1000/s],
  [
    { queues: { mails: { consumer: { maxConcurrency: 1 } } } },
    /queues\.mails\.consumer\.maxConcurrency.*2 to 1000/s,
  ],
  [
    { queues: { mails: { consumer: { batch: 1 } } } },
    /consumer\.batch: found an unknown property.*batchSize/s,
  ],
  [{ jobs: { nightly: {} } }, /jobs\.nightly\.schedule.*rate\(1 minute\)/s],
  [{ jobs: { nightly: { schedule: 'rate(1 minutes)' } } }, /jobs\.nightly\.schedule/],
  [
    { jobs: { nightly: { schedule: 'rate(1 day)', flexibleMinutes: 0 } } },
    /jobs\.nightly\.flexibleMinutes.*1 to 1440/s,
  ],
] as const)('%j is refused by path and with what is allowed', (more, fault) => {
  expect(() => declared(more)).toThrow(fault);
});
