import { decideWrite, type WriteSituation } from '../../../lambda/platform/ownership';

const ours: WriteSituation = {
  region: 'eu-central-1',
  home: 'eu-central-1',
  state: 'serving',
  forwarded: false,
  leaseLeftMs: 10_000,
};

test.each<[string, Partial<WriteSituation>, string]>([
  ['ours', {}, 'execute'],
  ['ours, from a peer', { forwarded: true }, 'execute'],
  ['another Region’s', { home: 'us-east-2' }, 'forward'],
  ['another Region’s, from a peer', { home: 'us-east-2', forwarded: true }, 'refuse'],
  ['ours and fenced', { state: 'fenced' }, 'refuse'],
  ['another Region’s and moving', { home: 'us-east-2', state: 'moving' }, 'refuse'],
  ['ours at the end of the lease', { leaseLeftMs: 1 }, 'execute'],
  ['ours after the lease', { leaseLeftMs: 0 }, 'refuse'],
])('a write that is %s: %s → %s', (_name, change, kind) => {
  expect(decideWrite({ ...ours, ...change }).kind).toBe(kind);
});

test('a write is sent to its home', () => {
  expect(decideWrite({ ...ours, home: 'us-east-2' })).toEqual({
    kind: 'forward',
    home: 'us-east-2',
  });
});
