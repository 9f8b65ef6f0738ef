import { defineDeployment } from '../declaration';
import { PUBLIC_SWITCHES } from './private/public-switches';

/** The reference: three Regions on three continents, one of them born first. */
export default defineDeployment({
  schemaVersion: 1,
  stage: 'multi-region',
  account: '123456789012',
  domainName: 'example.com',
  regions: {
    'eu-central-1': {},
    'us-east-2': {},
    'ap-northeast-1': {},
  },
  demand: { users: 10_000_000 },
  review: { acknowledge: PUBLIC_SWITCHES },
});
