import fc from 'fast-check';
import type { LoggedEvent } from '../../../lambda/data/events';
import { type Message, Subscription, type Told } from '../../../lambda/live/subscription';

const toldOf = (id: number, actorId = '7'): Told => ({
  shard: 's0',
  event: { id: String(id), kind: 'posted', actorId, subjectId: String(id) },
  data: String(id),
});
const follow = (id: number, kind: LoggedEvent['kind'], subjectId = '7'): LoggedEvent => ({
  id: String(id),
  kind,
  actorId: '1',
  subjectId,
});

function listening(position: string) {
  const messages: Message[] = [];
  const subscription = new Subscription(
    '1',
    new Map([['s0', position]]),
    (message) => messages.push(message),
    () => undefined,
  );
  const told = () =>
    messages.flatMap((message) => (message.kind === 'event' ? [Number(message.data)] : []));
  return { subscription, messages, told };
}

test('whatever the tail sees while a connection catches up, each event is told once and in order', () => {
  fc.assert(
    fc.property(fc.nat(30), fc.nat(30), fc.nat(30), (from, tailAt, readerAt) => {
      const all = Array.from({ length: 40 }, (_, index) => index + 1);
      // The reader is not behind the tail, as the hub sees to.
      const read = Math.max(tailAt, readerAt);
      const { subscription, told } = listening(String(from));
      subscription.setFollowed(['7'], '0');
      const during = all.filter((id) => id > tailAt && id <= tailAt + 5);
      during.forEach((id) => {
        subscription.offer(toldOf(id));
      });
      for (const id of all) if (id > from && id <= read) subscription.tell(toldOf(id));
      subscription.goLive({});
      for (const id of all.slice(tailAt + during.length)) subscription.offer(toldOf(id));
      expect(told()).toEqual(all.filter((id) => id > from));
    }),
  );
});

test('only those who are followed are heard, from the moment on', () => {
  const { subscription, told } = listening('0');
  subscription.setFollowed([], '5');
  subscription.goLive({});
  subscription.offer(toldOf(1));
  subscription.offerFollow(follow(6, 'followed'));
  subscription.offer(toldOf(2));
  subscription.offer(toldOf(3, '8'));
  subscription.offerFollow(follow(7, 'unfollowed'));
  subscription.offer(toldOf(4));
  expect(told()).toEqual([2]);
});

test('a follow that the list already holds is not undone by what came before it', () => {
  const { subscription, told } = listening('0');
  subscription.offerFollow(follow(3, 'unfollowed'));
  subscription.setFollowed(['7'], '5');
  subscription.goLive({});
  subscription.offer(toldOf(1));
  expect(told()).toEqual([1]);
});

test('nothing is told after the wish to come again', () => {
  const { subscription, messages } = listening('0');
  subscription.setFollowed(['7'], '0');
  subscription.goLive({});
  subscription.askToReconnect(100);
  subscription.offer(toldOf(1));
  expect(messages.map(({ kind }) => kind)).toEqual(['ready', 'reconnect']);
});

test('of a shard that is left for later nothing is told until it is caught up with, then all of it once', () => {
  const { subscription, messages, told } = listening('3');
  subscription.setFollowed(['7'], '0');
  subscription.offer(toldOf(4));
  subscription.leaveFor('s0');
  subscription.goLive({});
  subscription.offer(toldOf(5));
  expect(told()).toEqual([]);
  // Whoever comes again elsewhere begins where they were.
  expect(messages).toMatchObject([{ kind: 'ready', cursor: 's0:3' }]);
  for (const id of [4, 5]) subscription.tell(toldOf(id));
  subscription.takeUp('s0');
  for (const id of [5, 6]) subscription.offer(toldOf(id));
  expect(told()).toEqual([4, 5, 6]);
});
