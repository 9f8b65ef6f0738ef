import type { Declaration } from '../../../../../lib/config';
import { resolveDeployment } from '../../../../../lib/config';
import replicated from '../../../../../lib/config/declarations/replicated';
import { loadAssembly } from '../../../../../lib/tools/assembly';
import { planTwin, surveyAssembly } from '../../../../../lib/tools/twin/plan';
import { synthesizedFrom } from '../../../../support/assembly';
import { existingNetwork } from '../../../../support/existing-network';
import { placesOf } from '../../../../support/twin-places';

jest.setTimeout(120_000);

const HERE = 'eu-central-1';
const DECLARED: Declaration = {
  ...replicated,
  controlRegions: [HERE, 'eu-west-1', 'eu-west-2'],
  services: { api: { compute: { lambda: {} } } },
};

/** What the twin would run, by the keys of the resources, and what it would start it with. */
async function planned(more: Partial<Declaration>): Promise<object> {
  const { directory } = await synthesizedFrom(resolveDeployment({ ...DECLARED, ...more }));
  const assembly = loadAssembly(directory);
  const survey = surveyAssembly(assembly, { real: true, label: 'a cache' });
  const plan = planTwin(assembly, {
    ...{
      places: placesOf(survey),
      marker: {},
      authority: '/twin/authority.pem',
      timeScale: 10,
      zones: false,
    },
    via: (_, endpoint) => endpoint,
  });
  const { secrets, databases, tables, buckets, healthChecks, edge, regions, commonHost } = plan;
  return {
    ...{ buckets, commonHost, edge: edge !== undefined, checks: healthChecks.length },
    databases: databases.map(({ key }) => key),
    tables: tables.map(({ name }) => name),
    secrets: secrets.map(({ name }) => name),
    regions: regions.map(({ name, balancer, functions, queues }) => [
      ...[name, balancer.key, balancer.targetGroups, Object.keys(functions)],
      Object.keys(queues),
    ]),
  };
}

test('the twin is the same whatever carries calls out, and in a network of somebody else', async () => {
  const plain = await planned({});
  expect(Object.values(plain).flat().length).toBeGreaterThan(10);
  expect(await planned({ network: { egress: 'endpoints' } })).toEqual(plain);
  const network = existingNetwork(HERE, 20);
  expect(await planned({ regions: { [HERE]: { network } } })).toEqual(plain);
});
