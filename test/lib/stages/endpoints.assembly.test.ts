import { loadAssembly } from '../../../lib/tools/assembly';
import { standingCost } from '../../../lib/tools/cost';
import { planTwin, surveyAssembly } from '../../../lib/tools/twin/plan';
import type { Synthesized } from '../../support/assembly';
import { synthesized } from '../../support/assembly';
import { placesOf } from '../../support/twin-places';

let made: Synthesized;
beforeAll(async () => {
  made = await synthesized({
    stores: {
      main: {
        ...{ engine: 'aurora', instancesPerRegion: 3 },
        endpoints: { analytics: { instances: [3] } },
      },
    },
  });
}, 120_000);

test("each Region registers its services' readers, which are not those of analytics", () => {
  const { text } = made.stacks.get('Migration-us-east-2')!;
  expect(text).toMatch(/servicesendpoint/i);
  expect(text).not.toMatch(/analyticsendpoint|ReadEndpoint/i);
});

test('the twin leads readers of a name of their own to the one server, and says so', () => {
  const assembly = loadAssembly(made.directory);
  const survey = surveyAssembly(assembly, { real: true, label: 'valkey' });
  const plan = planTwin(assembly, {
    places: placesOf(survey),
    marker: {},
    authority: '/twin/authority.pem',
  });
  const text = JSON.stringify(plan.regions.find(({ name }) => name === 'us-east-2')!.migrations);
  expect(text).toMatch(/127\.2\.0\.10:6000/);
  expect(text).not.toMatch(/meridian-twin\.internal/);
  expect(
    survey.parts.find(({ resource }) => resource === 'AWS::RDS::DBClusterEndpoint'),
  ).toMatchObject({ state: 'not run', count: 6 });
  expect(standingCost(assembly).unknown).toEqual([]);
});
