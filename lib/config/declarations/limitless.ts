import { defineDeployment } from '../declaration';
import { PUBLIC_SWITCHES } from './private/public-switches';

/**
 * One Region with more writes than one writer takes: the engine divides a store over shards by itself.
 * The sample workload stays on Aurora; the other store is for a service of one's own. In several Regions
 * `sharded` is the way: Limitless takes part in no global database.
 */
export default defineDeployment({
  schemaVersion: 1,
  stage: 'replicated',
  account: '123456789012',
  domainName: 'example.com',
  regions: { 'us-east-2': {} },
  demand: { users: 1_000_000 },
  stores: {
    main: { engine: 'aurora' },
    orders: { engine: 'aurora-limitless', maxAcu: 768 },
  },
  review: { acknowledge: PUBLIC_SWITCHES },
});
