import type { RegionStatus, Status } from '../../../../../lib/tools/twin/run';

export const region = (city: string, changes: Partial<RegionStatus> = {}): RegionStatus => ({
  url: 'http://127.1.0.80:8081',
  dns: null,
  writer: false,
  dead: false,
  city,
  balancer: 'http://127.1.0.80:8080',
  healthy: true,
  check: { intervalSeconds: 10, failureThreshold: 3 },
  traffic: { requestsPerSecond: 12, writesPerSecond: 3, failedPerSecond: 0, meanMs: 8.4 },
  databases: [],
  caches: [],
  replication: {},
  queues: {},
  ended: [],
  ...changes,
});

/** Two Regions and three places; Dublin writes. */
export const statusWith = (
  dublin: Partial<RegionStatus> = {},
  oregon: Partial<RegionStatus> = {},
  answers: readonly (string | null)[] = ['eu-west-1', 'eu-west-1', 'us-west-2'],
): Status => ({
  ...{ schemaVersion: 1, ready: true, name: 'test', directory: '/tmp/test', timeScale: 1 },
  ...{ console: 'http://127.0.0.1:1/', edge: null, origin: null, startedInMs: 1 },
  dns: { host: '127.0.0.1', port: 5353 },
  link: [],
  layout: 'addresses',
  footprint: { processes: 40, memoryBytes: 500 * 2 ** 20, diskBytes: 300 * 2 ** 20 },
  regions: {
    'eu-west-1': region('Dublin', { writer: true, ...dublin }),
    'us-west-2': region('Oregon', oregon),
  },
  vantages: ['London', 'Paris', 'Seattle'].map((city, at) => {
    const answered = answers[at] ?? null;
    return { city, country: 'XX', subnet: `198.18.${at}.0/24`, region: answered };
  }),
});
