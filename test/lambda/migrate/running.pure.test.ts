import type { Migration } from '../../../lambda/migrate/migration';
import { contractGate } from '../../../lambda/migrate/running';

const step = { version: 7, name: 'no bio', phase: 'contract' } as Migration;
const running = { regions: ['eu-central-1', 'us-east-2'], parameters: ['/m/service', '/m/work'] };

/** Answers by `Region/parameter`; whatever is not there fails as SSM does. */
function api(values: Readonly<Record<string, string>>) {
  return {
    call: ({ region, body }: { readonly region: string; readonly body: unknown }) => {
      const { Name } = body as { readonly Name: string };
      const Value = values[region + Name];
      return Value === undefined
        ? Promise.reject(new Error('ParameterNotFound'))
        : Promise.resolve({ Parameter: { Value } });
    },
  };
}

const all = (content: number) =>
  Object.fromEntries(
    running.regions.flatMap((region) =>
      running.parameters.map((name) => [region + name, JSON.stringify({ content })]),
    ),
  );

test('is taken where the code of every Region has it in its history', async () => {
  expect(await contractGate(api(all(7)), running, 'content')(step)).toBeUndefined();
  expect(await contractGate(api(all(8)), running, 'content')(step)).toBeUndefined();
});

test('waits for the one Region, and the one part of it, that runs older code', async () => {
  const values = { ...all(7), 'us-east-2/m/work': '{"content":6}' };
  expect(await contractGate(api(values), running, 'content')(step)).toBe(
    'us-east-2: /m/work knows content up to 6',
  );
});

test.each([
  ['missing', undefined, /us-east-2: \/m\/work is unknown: ParameterNotFound/],
  ['no JSON', 'seven', /us-east-2: \/m\/work is unknown/],
  ['silent of the domain', '{"social":9}', /\/m\/work says nothing of content/],
  ['no number', '{"content":"9"}', /\/m\/work says nothing of content/],
])('a parameter that is %s is unknown, and the unknown is waited for', async (_, value, said) => {
  const values: Record<string, string> = all(7);
  delete values['us-east-2/m/work'];
  if (value !== undefined) values['us-east-2/m/work'] = value;
  expect(await contractGate(api(values), running, 'content')(step)).toMatch(said);
});

test('where nobody says what runs, it waits; where nothing else runs, it does not', async () => {
  expect(await contractGate(api({}), undefined, 'content')(step)).toMatch(/not known/);
  const silent = { ...running, parameters: [] };
  expect(await contractGate(api({}), silent, 'content')(step)).toMatch(/does not say/);
  expect(
    await contractGate(api({}), { regions: [], parameters: [] }, 'content')(step),
  ).toBeUndefined();
});
