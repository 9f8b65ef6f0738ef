import { defineDeployment } from '../declaration';

/** One Region: a load balancer over three zones, a writer and a reader, born to grow. */
export default defineDeployment({
  schemaVersion: 1,
  stage: 'load-balanced',
  account: '123456789012',
  domainName: 'example.com',
  regions: { 'eu-central-1': {} },
  demand: { users: 100_000 },
});
