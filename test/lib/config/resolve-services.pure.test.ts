import { resolveDeployment } from '../../../lib/config';
import type { Service } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';
import { faultsIn } from '../../support/faults';

const service = (of: object): object => ({ services: { api: of } });
const compute = (of: object): object => service({ compute: of });
const IMAGE = `public.ecr.aws/acme/shop@sha256:${'0d'.repeat(32)}`;
const fargate = (of: object): object => compute({ fargate: of });
const resolved = (of: object): Service['compute'] | undefined =>
  resolveDeployment({ ...reference, ...of }).services[0]?.compute;

it('creates only the kinds of compute that are declared with a weight', () => {
  expect(resolved(compute({ lambda: {} }))).toEqual({
    lambda: { weight: 20, provisioned: undefined, rollout: 'all-at-once' },
    fargate: undefined,
    ec2: undefined,
  });
  expect(resolved(compute({ lambda: { weight: 0 }, fargate: {} }))).toMatchObject({
    lambda: undefined,
    // All of the load, not four fifths of it.
    fargate: { weight: 80, minTasks: 15, maxTasks: 60 },
  });
});

it('computes the fewest tasks from the demand, the Regions and the share of servers', () => {
  const tasks = (of: object): number | undefined => resolved(of)?.fargate?.minTasks;
  expect(tasks({})).toBe(12);
  expect(tasks({ demand: { users: 100_000_000 } })).toBe(105);
  expect(tasks({ regions: { 'eu-central-1': {}, 'us-east-2': {} } })).toBe(21);
  expect(tasks(compute({ lambda: {}, fargate: { weight: 20 } }))).toBe(15 - 6);
});

it('assumes half as much of half a processor', () => {
  expect(resolved(fargate({ cpu: 512 }))?.fargate).toMatchObject({
    requestsPerSecond: 50,
    memoryMiB: 1024,
  });
});

it('has no cache where that is declared', () => {
  expect(resolveDeployment({ ...reference, cache: false }).cache).toBeUndefined();
});

const faultsOf = (change: object) =>
  faultsIn({ ...reference, ...change }).map(({ path, found }) => `${path}: ${found}`);

it.each<[string, object, string[]]>([
  ['a relative path', service({ healthPath: 'up' }), ['services.api.healthPath: "up"']],
  ['too little memory', service({ memoryMiB: 64 }), ['services.api.memoryMiB: 64']],
  [
    "a variable of the workload's own",
    service({ environment: { SESSION_TABLE: 'mine' } }),
    ["services.api.environment.SESSION_TABLE: one of the workload's own variables"],
  ],
  [
    'a variable that is not text',
    service({ environment: { COLOUR: 3 } }),
    ['services.api.environment.COLOUR: 3'],
  ],
  [
    'more environment than a function carries',
    service({ environment: { TEXT: 'x'.repeat(3000) } }),
    ['services.api.environment: 3005 bytes'],
  ],
  ['no kind of compute', compute({}), ['services.api.compute: no compute']],
  [
    'kinds of compute that get nothing',
    compute({ lambda: { weight: 0 }, fargate: { weight: 0 } }),
    ['services.api.compute: no compute'],
  ],
  [
    'a weight that is none',
    compute({ lambda: { weight: -1 }, fargate: { weight: 1000 } }),
    ['services.api.compute.lambda.weight: -1', 'services.api.compute.fargate.weight: 1000'],
  ],
  [
    'an unreadable kind of compute once',
    compute({ fargate: 'much' }),
    ['services.api.compute.fargate: "much"'],
  ],
  [
    'a processor that there is not',
    fargate({ cpu: 300 }),
    ['services.api.compute.fargate.cpu: 300'],
  ],
  [
    'memory that does not go with the processor',
    fargate({ cpu: 256, memoryMiB: 1536 }),
    ['services.api.compute.fargate.memoryMiB: 1536'],
  ],
  [
    'fewer tasks at most than at least',
    fargate({ maxTasks: 14 }),
    ['services.api.compute.fargate.maxTasks: 14'],
  ],
  [
    'more tasks than a service takes',
    fargate({ requestsPerSecond: 0.1 }),
    ['services.api: 13023 tasks'],
  ],
  [
    'a cache of a kind without TLS',
    { cache: { nodeType: 'cache.t2.micro' } },
    ['cache.nodeType: "cache.t2.micro"'],
  ],
  [
    'an image by a tag, which moves',
    service({ image: 'public.ecr.aws/acme/shop:latest' }),
    ['services.api.image: "public.ecr.aws/acme/shop:latest"'],
  ],
  [
    'an image of a registry that asks for an account',
    service({ image: 'ghcr.io/acme/shop@sha256:0d' }),
    ['services.api.image: "ghcr.io/acme/shop@sha256:0d"'],
  ],
  [
    'an image beside a bundle, for functions and for instances, at once',
    service({ image: IMAGE, bundle: 'dist', compute: { lambda: {}, fargate: {}, ec2: {} } }),
    ['services.api.bundle: a bundle', 'services.api.compute: `lambda` and `ec2`'],
  ],
  [
    'an image on the one server',
    { ...service({ image: IMAGE }), stage: 'single-server', regions: { 'eu-central-1': {} } },
    ['services: an image'],
  ],
  ['a cache without a replica', { cache: { replicas: 0 } }, ['cache.replicas: 0']],
])('refuses %s', (_what, change, expected) => {
  expect(faultsOf(change)).toEqual(expected);
});

it('runs an image on Fargate alone, by its digest, and thinks nothing of its paths', () => {
  const [image] = resolveDeployment({ ...reference, ...service({ image: IMAGE }) }).services;
  expect(image).toMatchObject({
    bundle: undefined,
    image: {
      registry: 'public.ecr.aws',
      repository: 'acme/shop',
      digest: `sha256:${'0d'.repeat(32)}`,
    },
    livePaths: [],
    // All of the load.
    compute: { lambda: undefined, fargate: { minTasks: 15 }, ec2: undefined },
  });
});

it('keeps open connections from functions where the sample has them, or where one says', () => {
  const live = (of: object) =>
    resolveDeployment({ ...reference, ...service(of) }).services[0]?.livePaths;
  expect(live({})).toEqual(['/api/stream*', '/api/ws']);
  expect(live({ livePaths: [] })).toEqual([]);
  expect(live({ livePaths: ['/events/?', '/feed*'] })).toEqual(['/events/?', '/feed*']);
  expect(live({ bundle: 'dist', grants: [] })).toEqual([]);
});

it('refuses open paths that no rule of a load balancer could hold', () => {
  const livePaths = ['/a', 'b', '/c*d', '/e'];
  expect(faultsOf(service({ livePaths })).map((fault) => fault.split(':')[0])).toEqual([
    'services.api.livePaths',
    ...['services.api.livePaths.1', 'services.api.livePaths.2'],
  ]);
});
