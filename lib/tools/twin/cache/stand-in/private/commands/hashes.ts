import type { Keyspace } from '../keyspace';
import { FIELD_OVERHEAD } from '../keyspace';
import type { Call, Commands } from './command';
import { at, bytes, nameAt, ofKind, wrongArguments } from './command';

function read(space: Keyspace, key: string): ReadonlyMap<string, Buffer> | undefined {
  return ofKind(space.read(key), 'hash')?.fields;
}

function set({ name, args, space }: Call): number {
  if (args.length % 2 === 0) wrongArguments(name);
  const key = nameAt(args, 0);
  const found = ofKind(space.get(key), 'hash')?.fields;
  const fields = found ?? new Map<string, Buffer>();
  let added = 0;
  let grown = 0;
  for (let index = 1; index < args.length; index += 2) {
    const field = nameAt(args, index);
    const data = Buffer.from(at(args, index + 1));
    const old = fields.get(field);
    if (old === undefined) added += 1;
    grown += data.length - (old?.length ?? -field.length - FIELD_OVERHEAD);
    fields.set(field, data);
  }
  if (found === undefined) space.set(key, { kind: 'hash', fields });
  else space.grew(key, grown);
  return added;
}

function remove({ args, space }: Call): number {
  const key = nameAt(args, 0);
  const fields = ofKind(space.get(key), 'hash')?.fields;
  if (fields === undefined) return 0;
  let removed = 0;
  for (let index = 1; index < args.length; index += 1) {
    const field = nameAt(args, index);
    const data = fields.get(field);
    if (data === undefined) continue;
    fields.delete(field);
    space.grew(key, -(FIELD_OVERHEAD + field.length + data.length));
    removed += 1;
  }
  if (fields.size === 0) space.delete(key);
  return removed;
}

export const HASHES: Commands = {
  hset: { arity: -4, run: set },
  hget: {
    arity: 3,
    run: ({ args, space }) => read(space, nameAt(args, 0))?.get(nameAt(args, 1)) ?? null,
  },
  hgetall: {
    arity: 2,
    run: ({ args, space }) =>
      [...(read(space, nameAt(args, 0)) ?? [])].flatMap(([field, data]) => [bytes(field), data]),
  },
  hdel: { arity: -3, run: remove },
};
