import type { Reply } from '../reply';
import type { Call, Commands } from './command';
import { at, bytes, nameAt, Several } from './command';

function subscribe({ args, conversation, shared }: Call): Several {
  return new Several(
    args.map((channel, index) => {
      conversation.channels.add(nameAt(args, index));
      shared.hub.subscribe(nameAt(args, index), conversation);
      return [bytes('subscribe'), channel, conversation.channels.size];
    }),
  );
}

function unsubscribe({ args, conversation, shared }: Call): Several {
  const asked = args.map((_, index) => nameAt(args, index));
  const channels = asked.length === 0 ? [...conversation.channels] : asked;
  const told = channels.map((channel): Reply => {
    conversation.channels.delete(channel);
    shared.hub.unsubscribe(channel, conversation);
    return [bytes('unsubscribe'), bytes(channel), conversation.channels.size];
  });
  return new Several(told.length === 0 ? [[bytes('unsubscribe'), null, 0]] : told);
}

export const PUB_SUB: Commands = {
  subscribe: { arity: -2, run: subscribe },
  unsubscribe: { arity: -1, run: unsubscribe },
  publish: {
    arity: 3,
    // Copied, because it is written to other connections in their own time.
    run: ({ args, shared }) => shared.hub.publish(nameAt(args, 0), Buffer.from(at(args, 1))),
  },
};
