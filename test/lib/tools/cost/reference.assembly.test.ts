import { loadAssembly } from '../../../../lib/tools/assembly';
import { standingCost } from '../../../../lib/tools/cost';
import { synthesized } from '../../../support/assembly';

test('nothing of the reference is of unknown cost, and servers and caches are in it', async () => {
  const { directory, deployment } = await synthesized();
  const { lines, unknown } = standingCost(loadAssembly(directory));
  expect(unknown).toEqual([]);
  const counted = (service: string, item: string): number =>
    lines
      .filter((line) => line.service === service && line.item === item)
      .reduce((sum, { quantity }) => sum + quantity, 0);
  const regions = deployment.regions.length;
  const { minTasks } = deployment.services[0]!.compute.fargate!;
  expect(counted('Fargate', 'vCPU (arm)')).toBe(regions * minTasks);
  expect(counted('ElastiCache', 'cache.m7g.large node')).toBe(regions * 2);
  expect(counted('WAF', 'web access control list')).toBe(regions + 1);
});
