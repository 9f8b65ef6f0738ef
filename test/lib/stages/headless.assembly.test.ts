import { loadAssembly } from '../../../lib/tools/assembly';
import { standingCost } from '../../../lib/tools/cost';
import { intentOf, review } from '../../../lib/tools/review';
import { planTwin, surveyAssembly } from '../../../lib/tools/twin/plan';
import type { Synthesized } from '../../support/assembly';
import { synthesized } from '../../support/assembly';
import { placesOf } from '../../support/twin-places';

const ASIA = 'ap-northeast-1';
const made: Synthesized[] = [];
beforeAll(async () => {
  made.push(await synthesized());
  made.push(await synthesized({ stores: { main: { engine: 'aurora', headless: [ASIA] } } }));
}, 120_000);

const types = (id: string) =>
  Object.values(made[1]!.stacks.get(id)!.template.Resources).map(({ Type }) => Type);

test('a headless Region has its cluster and no instance, and registers nothing', () => {
  expect(types(`Data-${ASIA}`)).toContain('AWS::RDS::DBCluster');
  expect(types(`Data-${ASIA}`)).not.toContain('AWS::RDS::DBInstance');
  expect(types('Data-us-east-2')).toContain('AWS::RDS::DBInstance');
  expect(made[1]!.stacks.get(`Migration-${ASIA}`)!.text).not.toContain('masterSecret"');
});

test('its lag is watched, and no instance that it has not', () => {
  const alarms = made[1]!.stacks.get(`Alarms-${ASIA}`)!.text;
  expect(alarms).toContain('AuroraGlobalDBRPOLag');
  expect(alarms).not.toContain('FreeableMemory');
});

test('no recovery plan counts on it', () => {
  const plans = [...made[1]!.stacks.values()]
    .map(({ text }) => text)
    .filter((text) => text.includes('AWS::ARCRegionSwitch::Plan'));
  expect(plans.length).toBeGreaterThan(0);
  for (const text of plans) expect(text).not.toContain(`main-s0-${ASIA}`);
});

test('the review says that an instance has to be created before a promotion, as a warning', () => {
  const found = (it: Synthesized) =>
    review(loadAssembly(it.directory), { intent: intentOf(it.deployment) }).findings;
  const usual = new Set(found(made[0]!).map(({ rule, message }) => `${rule} ${message}`));
  const added = found(made[1]!).filter(({ rule, message }) => !usual.has(`${rule} ${message}`));
  expect(added.filter(({ rule }) => rule === 'global-database-alone')).toMatchObject([
    { severity: 'warning' },
  ]);
  // Where a Region has less than the others is declared with its reason, as any other difference.
  const others = added.filter(
    ({ rule, severity }) => severity === 'error' && rule !== 'regions-differ',
  );
  expect(others).toEqual([]);
});

test('it costs two instances less', () => {
  const instances = (it: Synthesized) =>
    standingCost(loadAssembly(it.directory))
      .lines.filter(({ item }) => /^db\..* instance$/.test(item))
      .reduce((sum, { quantity }) => sum + quantity, 0);
  expect(instances(made[0]!) - instances(made[1]!)).toBe(2);
});

test('the twin runs no database there, and says so', () => {
  const assembly = loadAssembly(made[1]!.directory);
  const survey = surveyAssembly(assembly, { real: true, label: 'valkey' });
  expect(survey.databases[ASIA]).toEqual([]);
  const plan = planTwin(assembly, {
    places: placesOf(survey),
    marker: {},
    authority: '/twin/authority.pem',
  });
  expect(plan.databases.map(({ region }) => region)).not.toContain(ASIA);
  const parts = survey.parts.filter(({ resource }) => resource === 'AWS::RDS::DBCluster');
  expect(parts).toMatchObject([
    { state: 'real', count: 2 },
    { state: 'not run', count: 1, engine: 'storage without instances, which nobody asks' },
  ]);
});
