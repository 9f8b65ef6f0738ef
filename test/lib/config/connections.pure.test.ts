import { FUNCTION_POOL_SIZE, SERVER_POOL_SIZE } from '../../../lambda/platform/pools';
import { SAMPLE_POOLS, poolsOf, resolveDeployment } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';

test('the arithmetic knows the pools that the workload opens', () => {
  expect(SAMPLE_POOLS).toEqual({ server: SERVER_POOL_SIZE, function: FUNCTION_POOL_SIZE });
});

test('pools of somebody else are not known', () => {
  expect(poolsOf(resolveDeployment(reference))).toBe(SAMPLE_POOLS);
  const services = { api: { bundle: 'mine' } };
  expect(poolsOf(resolveDeployment({ ...reference, services }))).toBeUndefined();
});
