import { defineDeployment } from '../declaration';

/** One instance with web and database; the next instance takes over its volume and its address. */
export default defineDeployment({
  schemaVersion: 1,
  stage: 'single-server',
  account: '123456789012',
  domainName: 'example.com',
  regions: { 'eu-central-1': {} },
  demand: { users: 1000 },
});
