import { Failure, OK, Refusal, Simple } from '../reply';
import type { Call, Commands } from './command';
import { at, bytes, integer, nameAt, wordAt, wrongArguments } from './command';
import { infoText, SPOKEN_VERSION } from './info';

function ping({ name, args, conversation }: Call) {
  if (args.length > 1) wrongArguments(name);
  if (conversation.channels.size > 0) return [bytes('pong'), args[0] ?? bytes('')];
  return args[0] ?? new Simple('PONG');
}

/** Only the second version of the protocol: who asks for the third falls back. */
function hello({ args, conversation }: Call) {
  const version = args[0];
  if (version !== undefined && !/^\d{1,9}$/.test(version.toString('latin1'))) {
    throw new Refusal('ERR Protocol version is not an integer or out of range');
  }
  if (version !== undefined && version.toString('latin1') !== '2') {
    throw new Refusal('NOPROTO unsupported protocol version');
  }
  return [
    ...[bytes('server'), bytes('valkey'), bytes('version'), bytes(SPOKEN_VERSION)],
    ...[bytes('proto'), 2, bytes('id'), conversation.id, bytes('mode'), bytes('standalone')],
    ...[bytes('role'), bytes('master'), bytes('modules'), []],
  ];
}

/** There is one user, `default`, who needs no password. */
function auth({ args }: Call) {
  if (args.length === 1) {
    throw new Refusal(
      'ERR AUTH <password> called without any password configured for the default user. ' +
        'Are you sure your configuration is correct?',
    );
  }
  if (args.length > 2) throw new Refusal('ERR syntax error');
  if (nameAt(args, 0) === 'default') return OK;
  throw new Refusal('WRONGPASS invalid username-password pair or user is disabled.');
}

function select({ args }: Call) {
  if (integer(at(args, 0)) !== 0n) throw new Refusal('ERR DB index is out of range');
  return OK;
}

/** Subcommand → words of the call, both names included, and what it does. */
const CLIENT = new Map<string, { readonly words: number; run(call: Call): Reply }>(
  Object.entries({
    id: { words: 2, run: ({ conversation }: Call) => conversation.id },
    getname: {
      words: 2,
      run: ({ conversation }: Call) => (conversation.name === '' ? null : bytes(conversation.name)),
    },
    setname: { words: 3, run: setName },
    setinfo: { words: 4, run: () => OK },
    'no-evict': { words: 3, run: () => OK },
    'no-touch': { words: 3, run: () => OK },
  }),
);

type Reply = ReturnType<typeof auth> | number | Buffer | null;

function setName({ args, conversation }: Call) {
  const name = nameAt(args, 1);
  if (/[^!-~]/.test(name)) {
    throw new Refusal('ERR Client names cannot contain spaces, newlines or special characters.');
  }
  conversation.name = name;
  return OK;
}

function client(call: Call): Reply {
  const given = nameAt(call.args, 0);
  const subcommand = CLIENT.get(given.toLowerCase());
  if (subcommand === undefined) {
    throw new Refusal(`ERR unknown subcommand '${given.slice(0, 128)}'. Try CLIENT HELP.`);
  }
  if (subcommand.words !== call.args.length + 1) wrongArguments(`client|${given.toLowerCase()}`);
  return subcommand.run(call);
}

/** In cluster mode one node has every slot; it does not know by which name it was reached. */
function cluster({ args, shared }: Call) {
  const subcommand = wordAt(args, 0) ?? '';
  if (subcommand === 'slots') return [[0, 16_383, [bytes(''), shared.server.port()]]];
  throw new Refusal(`ERR unknown subcommand '${subcommand.slice(0, 128)}'. Try CLUSTER HELP.`);
}

export const CONNECTION: Commands = {
  ping: { arity: -1, run: ping },
  hello: { arity: -1, run: hello },
  auth: { arity: -2, run: auth },
  select: { arity: 2, run: select },
  client: { arity: -2, run: client },
  cluster: { arity: -2, run: cluster },
  info: {
    arity: -1,
    run: ({ args, shared }) =>
      bytes(
        infoText(
          shared,
          args.map((_, index) => wordAt(args, index) ?? ''),
        ),
      ),
  },
};

/** What it knows to exist at Valkey and does not have itself. */
export const LACKING = new Set([
  ...['eval', 'evalsha', 'eval_ro', 'evalsha_ro', 'fcall', 'fcall_ro', 'function', 'script'],
  ...['multi', 'exec', 'discard', 'watch', 'unwatch'],
]);

export function lacking(name: string): Failure {
  return new Failure(
    `ERR unsupported by the stand-in: ${name.toUpperCase()}; it takes a real Valkey`,
  );
}
