import { defineDeployment } from '../declaration';
import { PUBLIC_SWITCHES } from './private/public-switches';

/** One Region that reads from replicas and from a cache. */
export default defineDeployment({
  schemaVersion: 1,
  stage: 'replicated',
  account: '123456789012',
  domainName: 'example.com',
  regions: { 'eu-central-1': {} },
  demand: { users: 1_000_000 },
  review: { acknowledge: PUBLIC_SWITCHES },
});
