import type { Synthesized } from '../support/assembly';
import { REGIONAL, synthesized } from '../support/assembly';
import { withoutHashes, withoutRegion } from '../support/normalise';

const BIRTH = 'eu-central-1';
const OTHERS = ['us-east-2', 'ap-northeast-1'];

let assembly: Synthesized;
beforeAll(async () => {
  assembly = await synthesized();
});
const template = (id: string): string => assembly.stacks.get(id)!.text;

const SINGLE = [
  'Zone',
  'Credentials',
  'Rotation',
  'GlobalData',
  'Backups-eu-central-1',
  'Control',
  'EdgeFoundation',
  'HealthAlarms',
  'Edge',
  'Recovery',
];

test.each(SINGLE)('%s is as reviewed', (id) => {
  expect(JSON.parse(withoutHashes(template(id)))).toMatchSnapshot();
});

describe.each(REGIONAL)('%s', (kind) => {
  test(`in ${BIRTH} is as reviewed`, () => {
    expect(JSON.parse(withoutHashes(template(`${kind}-${BIRTH}`)))).toMatchSnapshot();
  });

  test.each(OTHERS)(`in %s is the same as in ${BIRTH}`, (region) => {
    const normal = (name: string): unknown =>
      JSON.parse(withoutRegion(template(`${kind}-${name}`), assembly.deployment, name));
    expect(normal(region)).toEqual(normal(BIRTH));
  });
});
