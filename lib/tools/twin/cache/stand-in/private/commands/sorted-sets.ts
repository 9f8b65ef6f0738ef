import { FIELD_OVERHEAD } from '../keyspace';
import { Refusal } from '../reply';
import type { Call, Commands } from './command';
import { at, bytes, integer, nameAt, ofKind, syntaxError, unsupported, wordAt } from './command';

const ADD_OPTIONS = new Set(['nx', 'xx', 'gt', 'lt', 'ch', 'incr']);
const RANGE_OPTIONS = new Set(['byscore', 'bylex', 'limit']);

function score(argument: Buffer): number {
  const text = argument.toString('latin1').toLowerCase();
  const infinite = /^([+-]?)inf(inity)?$/.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(text)) {
    throw new Refusal('ERR value is not a valid float');
  }
  return Number(text);
}

function printed(value: number): Buffer {
  return bytes(String(value).replace('Infinity', 'inf'));
}

function add({ args, space }: Call): number {
  const option = wordAt(args, 1) ?? '';
  if (ADD_OPTIONS.has(option)) unsupported(`ZADD with ${option.toUpperCase()}`);
  if (args.length % 2 === 0) syntaxError();
  const pairs: (readonly [member: string, score: number])[] = [];
  for (let index = 1; index < args.length; index += 2) {
    pairs.push([nameAt(args, index + 1), score(at(args, index))]);
  }
  const key = nameAt(args, 0);
  const found = ofKind(space.get(key), 'zset')?.scores;
  const scores = found ?? new Map<string, number>();
  let added = 0;
  let grown = 0;
  for (const [member, value] of pairs) {
    if (!scores.has(member)) {
      added += 1;
      grown += FIELD_OVERHEAD + member.length;
    }
    scores.set(member, value);
  }
  if (found === undefined) space.set(key, { kind: 'zset', scores });
  else space.grew(key, grown);
  return added;
}

function remove({ args, space }: Call): number {
  const key = nameAt(args, 0);
  const scores = ofKind(space.get(key), 'zset')?.scores;
  if (scores === undefined) return 0;
  let removed = 0;
  for (let index = 1; index < args.length; index += 1) {
    const member = nameAt(args, index);
    if (!scores.delete(member)) continue;
    space.grew(key, -(FIELD_OVERHEAD + member.length));
    removed += 1;
  }
  if (scores.size === 0) space.delete(key);
  return removed;
}

/** By rank alone; negative ranks count from the end. */
function range({ args, space }: Call): readonly Buffer[] {
  let reverse = false;
  let withScores = false;
  for (let index = 3; index < args.length; index += 1) {
    const word = wordAt(args, index) ?? '';
    if (RANGE_OPTIONS.has(word)) unsupported(`ZRANGE with ${word.toUpperCase()}`);
    if (word === 'rev') reverse = true;
    else if (word === 'withscores') withScores = true;
    else syntaxError();
  }
  const [start, stop] = [Number(integer(at(args, 1))), Number(integer(at(args, 2)))];
  const scores = ofKind(space.read(nameAt(args, 0)), 'zset')?.scores ?? new Map<string, number>();
  const ordered = [...scores].sort(
    ([one, low], [other, high]) =>
      (low === high ? 0 : low < high ? -1 : 1) || (one < other ? -1 : 1),
  );
  if (reverse) ordered.reverse();
  const rank = (value: number) => (value < 0 ? Math.max(0, value + ordered.length) : value);
  const last = stop < 0 ? stop + ordered.length : stop;
  return ordered
    .slice(rank(start), last + 1 < 0 ? 0 : last + 1)
    .flatMap(([member, value]) => (withScores ? [bytes(member), printed(value)] : [bytes(member)]));
}

export const SORTED_SETS: Commands = {
  zadd: { arity: -4, run: add },
  zrem: { arity: -3, run: remove },
  zrange: { arity: -4, run: range },
};
