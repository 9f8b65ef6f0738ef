import { didYouMean } from '../../../../lib/tools/command';

it.each([
  ['zone-lst', ['zone-lost', 'cache-lost', 'region-killed'], ' (did you mean zone-lost?)'],
  ['S1', ['s0', 's1', 'everybody'], ' (did you mean s1 or s0?)'],
  ['sideways', ['zone-lost', 'cache-lost'], ''],
  ['xy', ['s0', 's1'], ''],
  ['anything', [], ''],
])('of %p beside %j it says %p', (name, known, said) => {
  expect(didYouMean(name, known)).toBe(said);
});
