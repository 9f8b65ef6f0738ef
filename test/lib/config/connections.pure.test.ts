import { FUNCTION_POOL_SIZE, SERVER_POOL_SIZE } from '../../../lambda/platform/pools';
import {
  databaseConnections,
  SAMPLE_POOLS,
  poolsOf,
  resolveDeployment,
  serverPoolSize,
} from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';
import sharded from '../../../lib/config/declarations/sharded';

test('the arithmetic knows the pools that the workload opens', () => {
  expect(SAMPLE_POOLS).toEqual({ server: SERVER_POOL_SIZE, function: FUNCTION_POOL_SIZE });
});

test('pools of somebody else are not known', () => {
  expect(poolsOf(resolveDeployment(reference))).toEqual(SAMPLE_POOLS);
  const services = { api: { bundle: 'mine' } };
  expect(poolsOf(resolveDeployment({ ...reference, services }))).toBeUndefined();
});

test('all servers of a Region with full pools fit into what an instance takes', () => {
  const deployment = resolveDeployment(sharded);
  const servers = deployment.services[0]!.compute.fargate!.maxTasks;
  const size = serverPoolSize(deployment);
  // The ten that a server opens by itself would be too many: that is why it is told.
  expect(10 * servers * 4).toBeGreaterThan(databaseConnections('db.r7g.2xlarge'));
  expect(size * servers * 4).toBeLessThan(databaseConnections('db.r7g.2xlarge'));
  expect(size).toBeGreaterThan(2);
});

test('a proxy gathers connections, so nobody is told to open fewer', () => {
  const stores = {
    ...sharded.stores,
    main: { engine: 'aurora', instanceClass: 'db.r7g.2xlarge', proxy: {} },
  } as const;
  const proxied = resolveDeployment({ ...sharded, stores, secretRotationDays: false });
  expect(serverPoolSize(proxied)).toBe(10);
});
