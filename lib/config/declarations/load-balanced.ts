import { defineDeployment } from '../declaration';
import { PUBLIC_SWITCHES } from './private/public-switches';

/** One Region: a load balancer over three zones, a writer and a reader, born to grow. */
export default defineDeployment({
  schemaVersion: 1,
  stage: 'load-balanced',
  account: '123456789012',
  domainName: 'example.com',
  regions: { 'eu-central-1': {} },
  demand: { users: 100_000 },
  review: { acknowledge: PUBLIC_SWITCHES },
});
