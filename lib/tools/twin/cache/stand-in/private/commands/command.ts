import type { Hub } from '../hub';
import type { Keyspace, Value } from '../keyspace';
import type { Reply } from '../reply';
import { Refusal } from '../reply';

/** What commands may know and change of the connection that they came by. */
export interface Conversation {
  readonly id: number;
  name: string;
  /** Channels that it listens to. */
  readonly channels: Set<string>;
  push(reply: Reply): void;
}

/** What all connections share. */
export interface Shared {
  readonly space: Keyspace;
  readonly hub: Hub;
  /** For INFO. */
  readonly server: {
    readonly port: () => number;
    readonly startedAt: number;
    readonly connections: () => number;
  };
}

export interface Call {
  /** In lower case. */
  readonly name: string;
  /** Without the name. */
  readonly args: readonly Buffer[];
  readonly conversation: Conversation;
  readonly shared: Shared;
  readonly space: Keyspace;
}

export interface Command {
  /** Words of a call, the name included; negative: at least so many. As Redis counts them. */
  readonly arity: number;
  /** @throws Refusal with an error's words */
  run(call: Call): Reply | Several;
}

/** More than one reply, such as to SUBSCRIBE of several channels. */
export class Several {
  public constructor(public readonly replies: readonly Reply[]) {}
}

export type Commands = Readonly<Record<string, Command>>;

export const MAX_INTEGER = 2n ** 63n - 1n;
export const MIN_INTEGER = -(2n ** 63n);

export function syntaxError(): never {
  throw new Refusal('ERR syntax error');
}

export function wrongArguments(name: string): never {
  throw new Refusal(`ERR wrong number of arguments for '${name}' command`);
}

export function unsupported(what: string): never {
  throw new Refusal(`ERR unsupported by the stand-in: ${what}`);
}

/** An argument that must be there; arity has been checked. */
export function at(args: readonly Buffer[], index: number): Buffer {
  return args[index] ?? syntaxError();
}

/** An argument as a name of a key, a field or a member. */
export function nameAt(args: readonly Buffer[], index: number): string {
  return at(args, index).toString('latin1');
}

export function wordAt(args: readonly Buffer[], index: number): string | undefined {
  return args[index]?.toString('latin1').toLowerCase();
}

export function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

export function integer(argument: Buffer): bigint {
  const text = argument.toString('latin1');
  const value = /^(0|-?[1-9]\d{0,18})$/.test(text) ? BigInt(text) : undefined;
  if (value === undefined || value > MAX_INTEGER || value < MIN_INTEGER) {
    throw new Refusal('ERR value is not an integer or out of range');
  }
  return value;
}

type Of<Kind extends Value['kind']> = Extract<Value, { kind: Kind }>;

/** @throws Refusal where the key holds a value of another kind */
export function ofKind<Kind extends Value['kind']>(
  value: Value | undefined,
  kind: Kind,
): Of<Kind> | undefined {
  if (value !== undefined && value.kind !== kind) {
    throw new Refusal('WRONGTYPE Operation against a key holding the wrong kind of value');
  }
  return value as Of<Kind> | undefined;
}
