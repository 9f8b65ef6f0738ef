import { OK, Refusal } from '../reply';
import type { Call, Commands } from './command';
import { at, integer, nameAt, syntaxError, wordAt } from './command';
import type { Unit } from './deadline';
import { deadline } from './deadline';

function names({ args }: Call): readonly string[] {
  return args.map((_, index) => nameAt(args, index));
}

function remove(call: Call): number {
  return names(call).filter((key) => call.space.delete(key)).length;
}

function expire({ name, args, space }: Call, unit: Unit): number {
  const end = deadline(name, integer(at(args, 1)), unit, space.now());
  if (args.length > 2) throw new Refusal(`ERR Unsupported option ${nameAt(args, 2)}`);
  return space.expire(nameAt(args, 0), end) ? 1 : 0;
}

/** @returns -2 where there is no such key, -1 where it has no end */
function remaining({ args, space }: Call): number {
  const key = nameAt(args, 0);
  if (space.get(key) === undefined) return -2;
  const end = space.end(key);
  return end === undefined ? -1 : Math.max(0, end - space.now());
}

function remainingSeconds(call: Call): number {
  const left = remaining(call);
  return left < 0 ? left : Math.floor((left + 500) / 1000);
}

export const KEYS: Commands = {
  del: { arity: -2, run: remove },
  unlink: { arity: -2, run: remove },
  exists: {
    arity: -2,
    run: (call) => names(call).filter((key) => call.space.get(key) !== undefined).length,
  },
  expire: { arity: -3, run: (call) => expire(call, 'seconds') },
  pexpire: { arity: -3, run: (call) => expire(call, 'milliseconds') },
  ttl: { arity: 2, run: remainingSeconds },
  pttl: { arity: 2, run: remaining },
  dbsize: { arity: 1, run: ({ space }) => space.size },
  flushall: {
    arity: -1,
    run: ({ args, space }) => {
      const mode = wordAt(args, 0) ?? 'sync';
      if (args.length > 1 || (mode !== 'sync' && mode !== 'async')) syntaxError();
      space.clear();
      return OK;
    },
  },
};
