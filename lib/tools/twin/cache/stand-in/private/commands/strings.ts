import { OK, Refusal } from '../reply';
import type { Call, Commands } from './command';
import {
  at,
  integer,
  MAX_INTEGER,
  MIN_INTEGER,
  nameAt,
  ofKind,
  syntaxError,
  wordAt,
} from './command';
import type { Unit } from './deadline';
import { deadline, invalidTime } from './deadline';

/** Arguments share memory with what the network gave: what stays is copied. */
function stored(data: Buffer) {
  return { kind: 'string', data: Buffer.from(data) } as const;
}

interface SetOptions {
  readonly end: number | 'keep' | undefined;
  readonly only: 'nx' | 'xx' | undefined;
  readonly get: boolean;
}

const UNITS = new Map<string, Unit>([
  ['ex', 'seconds'],
  ['px', 'milliseconds'],
]);

function setOptions({ name, args, space }: Call): SetOptions {
  let end: SetOptions['end'];
  let only: SetOptions['only'];
  let get = false;
  for (let index = 2; index < args.length; index += 1) {
    const word = wordAt(args, index) ?? '';
    const unit = UNITS.get(word);
    if (word === 'get') {
      get = true;
    } else if ((word === 'nx' || word === 'xx') && (only === undefined || only === word)) {
      only = word;
    } else if (word === 'keepttl' && (end === undefined || end === 'keep')) {
      end = 'keep';
    } else if (unit !== undefined && end === undefined) {
      index += 1;
      end = positive(name, at(args, index), unit, space.now());
    } else {
      syntaxError();
    }
  }
  return { end, only, get };
}

function positive(name: string, argument: Buffer, unit: Unit, now: number): number {
  const amount = integer(argument);
  return amount > 0n ? deadline(name, amount, unit, now) : invalidTime(name);
}

function set(call: Call) {
  const { args, space } = call;
  const key = nameAt(args, 0);
  const { end, only, get } = setOptions(call);
  const old = space.get(key);
  const answer = get ? (ofKind(old, 'string')?.data ?? null) : undefined;
  const refused = only === 'nx' ? old !== undefined : only === 'xx' && old === undefined;
  if (!refused) space.set(key, stored(at(args, 1)), end);
  return answer === undefined ? (refused ? null : OK) : answer;
}

function add({ args, space }: Call, increment: bigint) {
  const key = nameAt(args, 0);
  const old = ofKind(space.get(key), 'string');
  const sum = (old === undefined ? 0n : integer(old.data)) + increment;
  if (sum > MAX_INTEGER || sum < MIN_INTEGER) {
    throw new Refusal('ERR increment or decrement would overflow');
  }
  space.set(key, stored(Buffer.from(String(sum))), 'keep');
  return sum;
}

export const STRINGS: Commands = {
  get: {
    arity: 2,
    run: ({ args, space }) => ofKind(space.read(nameAt(args, 0)), 'string')?.data ?? null,
  },
  mget: {
    arity: -2,
    run: ({ args, space }) =>
      args.map((_, index) => {
        const value = space.read(nameAt(args, index));
        return value?.kind === 'string' ? value.data : null;
      }),
  },
  set: { arity: -3, run: set },
  setex: {
    arity: 4,
    run: ({ name, args, space }) => {
      const end = positive(name, at(args, 1), 'seconds', space.now());
      space.set(nameAt(args, 0), stored(at(args, 2)), end);
      return OK;
    },
  },
  incr: { arity: 2, run: (call) => add(call, 1n) },
  incrby: { arity: 3, run: (call) => add(call, integer(at(call.args, 1))) },
};
