import { defineDeployment } from '../declaration';
import { PUBLIC_SWITCHES } from './private/public-switches';

/** One Region whose tasks get whole connections; of a new version, a twentieth first. */
export default defineDeployment({
  schemaVersion: 1,
  stage: 'load-balanced',
  account: '123456789012',
  domainName: 'example.com',
  regions: { 'eu-central-1': {} },
  demand: { users: 100_000 },
  services: {
    api: {
      loadBalancing: { kind: 'network' },
      compute: { fargate: { deployment: { strategy: 'canary' }, spot: {} } },
    },
  },
  review: { acknowledge: PUBLIC_SWITCHES },
});
