import { Refusal } from '../reply';
import type { Call, Command, Commands } from './command';
import { bytes, wordAt } from './command';
import { CONNECTION } from './connection';
import { HASHES } from './hashes';
import { KEYS } from './keys';
import { PUB_SUB } from './pub-sub';
import { SORTED_SETS } from './sorted-sets';
import { STRINGS } from './strings';

/** COMMAND: names and arities; who asks for more is told that there is none. */
function list({ args }: Call) {
  const subcommand = wordAt(args, 0);
  if (subcommand === 'count') return COMMANDS.size;
  if (subcommand === 'docs') return [];
  if (subcommand !== undefined) {
    throw new Refusal(`ERR unknown subcommand '${subcommand.slice(0, 128)}'. Try COMMAND HELP.`);
  }
  return [...COMMANDS].map(([name, { arity }]) => [bytes(name), arity, [], 0, 0, 0]);
}

const ALL: Commands = {
  ...CONNECTION,
  ...STRINGS,
  ...KEYS,
  ...HASHES,
  ...SORTED_SETS,
  ...PUB_SUB,
  command: { arity: -1, run: list },
};

/** By name in lower case. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(Object.entries(ALL));
export { Several } from './command';
export type { Call, Conversation, Shared } from './command';
export { LACKING, lacking } from './connection';
