import { defineDeployment } from '../declaration';
import { PUBLIC_SWITCHES } from './private/public-switches';

const EAST = 'us-east-1';
const MIDWEST = 'us-east-2';
/** Keeps changes for both and serves nobody. */
const WITNESS = 'us-west-2';

/**
 * What may never be lost, beside what may: two Regions of one Region set with a third as witness, so
 * that a write that was acknowledged survives the loss of any one of them. The sample workload stays
 * on Aurora; the other stores are for a service of one's own.
 */
export default defineDeployment({
  schemaVersion: 1,
  stage: 'multi-region',
  account: '123456789012',
  domainName: 'example.com',
  regions: { [EAST]: {}, [MIDWEST]: {} },
  demand: { users: 10_000_000 },
  stores: {
    // Functions and servers share the connections of each Region's cluster.
    main: { engine: 'aurora', proxy: {} },
    ledger: { engine: 'dsql', witnessRegion: WITNESS },
    limits: {
      engine: 'dynamodb',
      consistency: 'strong',
      witnessRegion: WITNESS,
      tables: { reservations: { partitionKey: { name: 'resource' } } },
    },
    // What may: of a Region's loss, the last second.
    timelines: {
      engine: 'keyspaces',
      tables: {
        notices: {
          columns: { reader: 'uuid', at: 'timeuuid', what: 'text' },
          partitionKey: ['reader'],
          clusteringKey: ['at desc'],
          timeToLiveSeconds: 7_776_000,
        },
      },
    },
    circles: { engine: 'neptune' },
  },
  jobs: {
    relay: { schedule: 'rate(1 minute)' },
    sweep: { schedule: 'rate(1 hour)', flexibleMinutes: 15 },
    trending: { schedule: 'rate(1 minute)' },
    // What is derived is compared with the truth, some minutes of each quarter of an hour.
    check: { schedule: 'rate(15 minutes)' },
  },
  // Each Region's with its own key, in which copies are encrypted anew.
  uploads: { encryption: 'kms' },
  // Two Regions of uneven load: nobody chooses nodes for both.
  cache: { kind: 'serverless' },
  observability: {
    // Each Region, its neighbour and the product's name are asked each minute, as users do.
    canaries: {},
    // Three quarters of an hour a month may go wrong, and one answer in a hundred be late.
    objectives: { availability: 0.999, latency: { percentile: 99, milliseconds: 1_000 } },
    // A write of one Region and what its queue makes of it in another bear one id.
    tracing: { sampledShare: 0.01 },
    budget: { usdPerMonth: 6_000, emails: ['costs@example.com'] },
  },
  // Whoever carries a plan out, AWS keeps a report of it.
  recovery: { reports: true },
  // Tried on AWS itself, by a person.
  experiments: {},
  review: { acknowledge: PUBLIC_SWITCHES },
});
