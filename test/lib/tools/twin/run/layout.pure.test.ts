import { layoutOf } from '../../../../../lib/tools/twin/run/private/allocate';

const has = (answer: boolean) => () => Promise.resolve(answer);

test.each([
  ['addresses of its own where this machine has them', undefined, true, 'addresses'],
  ['ports apart by itself where it has none, as on macOS', undefined, false, 'ports'],
  ['ports apart where somebody asks for them', 'ports', true, 'ports'],
] as const)('a part has %s', async (_, wanted, there, layout) => {
  expect(await layoutOf(wanted, has(there))).toBe(layout);
});
