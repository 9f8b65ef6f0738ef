import type { Answer } from './replies';

/** What must be answered: exactly this, an error that begins so, or what the test says. */
export type Expected = Answer | ((answer: Answer) => boolean);

export type Step =
  | { readonly wait: number }
  | { readonly say: readonly (string | Buffer)[]; readonly hear: Expected };

export interface Behaviour {
  readonly name: string;
  readonly steps: readonly Step[];
}

const say = (words: string | readonly (string | Buffer)[], hear: Expected): Step => ({
  say: typeof words === 'string' ? words.split(' ') : words,
  hear,
});
const wait = (ms: number): Step => ({ wait: ms });
const error = (text: string): Expected => ({ error: text });
const between = (low: number, high: number) => (answer: Answer) =>
  typeof answer === 'number' && answer >= low && answer <= high;

const NOT_AN_INTEGER = error('ERR value is not an integer or out of range');
const WRONG_TYPE = error('WRONGTYPE Operation against a key holding the wrong kind of value');
const SYNTAX = error('ERR syntax error');
/** Every byte, and what looks like protocol. */
const BINARY = Buffer.concat([
  Buffer.from(Array.from({ length: 256 }, (_, at) => at)),
  Buffer.from('\r\n$3\r\n*1\r\n'),
]);

/** What the stand-in and every real server do alike; each begins with an empty server. */
export const BEHAVIOURS: readonly Behaviour[] = [
  {
    name: 'PING answers, and returns what it is given',
    steps: [
      say('PING', 'PONG'),
      say('ping hello', 'hello'),
      say('PING a b', error("ERR wrong number of arguments for 'ping' command")),
    ],
  },
  {
    name: 'HELLO speaks the second version of the protocol and refuses unknown ones',
    steps: [
      say('HELLO 2', (answer) => Array.isArray(answer) && answer[0] === 'server'),
      say('HELLO 4', error('NOPROTO unsupported protocol version')),
      say('HELLO x', error('ERR Protocol version is not an integer or out of range')),
    ],
  },
  {
    name: 'AUTH knows the default user alone',
    steps: [
      say('AUTH x', error('ERR AUTH <password> called without any password configured')),
      say('AUTH default y', 'OK'),
      say('AUTH other y', error('WRONGPASS invalid username-password pair or user is disabled.')),
      say('AUTH', error("ERR wrong number of arguments for 'auth' command")),
    ],
  },
  {
    name: 'SELECT finds the first database alone',
    steps: [
      say('SELECT 0', 'OK'),
      say('SELECT 1', error('ERR DB index is out of range')),
      say('SELECT x', NOT_AN_INTEGER),
    ],
  },
  {
    name: 'CLIENT keeps a name and tells an id',
    steps: [
      say('CLIENT GETNAME', null),
      say('CLIENT SETNAME one', 'OK'),
      say('CLIENT GETNAME', 'one'),
      say(['CLIENT', 'SETNAME', 'a b'], error('ERR Client names cannot contain spaces')),
      say('CLIENT ID', between(1, 1e9)),
      say('CLIENT ID x', error("ERR wrong number of arguments for 'client|id' command")),
      say('CLIENT FOO', error("ERR unknown subcommand 'FOO'. Try CLIENT HELP.")),
      say('CLIENT', error("ERR wrong number of arguments for 'client' command")),
    ],
  },
  {
    name: 'INFO says that it has loaded, and by section',
    steps: [
      say('INFO', (it) => typeof it === 'string' && /^loading:0\r$/m.test(it)),
      say('INFO', (it) => typeof it === 'string' && /^maxmemory_policy:allkeys-lru\r$/m.test(it)),
      say('INFO replication', (it) => typeof it === 'string' && /^role:master\r$/m.test(it)),
      say('INFO replication', (it) => typeof it === 'string' && !it.includes('loading')),
    ],
  },
  {
    name: 'COMMAND counts',
    steps: [say('COMMAND COUNT', between(20, 1000))],
  },
  {
    name: 'unknown commands and wrong numbers of arguments are told',
    steps: [
      say('NOSUCH a b', error("ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' ")),
      say(['NO\r\nSUCH'], (it) => typeof it === 'object' && it !== null && 'error' in it),
      say('GET', error("ERR wrong number of arguments for 'get' command")),
      say('GET a b', error("ERR wrong number of arguments for 'get' command")),
      say('PING', 'PONG'),
    ],
  },
  {
    name: 'SET and GET keep any bytes, in keys as well',
    steps: [
      say(['SET', BINARY, BINARY], 'OK'),
      say(['GET', BINARY], BINARY.toString('latin1')),
      say(['SET', '', ''], 'OK'),
      say(['GET', ''], ''),
      say('GET other', null),
    ],
  },
  {
    name: 'SET NX writes what is not there, SET XX what is',
    steps: [
      say('SET k 1 XX', null),
      say('SET k 1 NX', 'OK'),
      say('SET k 2 NX', null),
      say('GET k', '1'),
      say('SET k 3 XX', 'OK'),
      say('GET k', '3'),
      say('SET k 3 NX XX', SYNTAX),
    ],
  },
  {
    name: 'SET GET returns what was there',
    steps: [
      say('SET k 1 GET', null),
      say('SET k 2 GET', '1'),
      say('SET k 3 NX GET', '2'),
      say('GET k', '2'),
      say('HSET h f v', 1),
      say('SET h x GET', WRONG_TYPE),
      say('HGET h f', 'v'),
    ],
  },
  {
    name: 'SET gives an end, takes it away, and keeps it',
    steps: [
      say('SET k v EX 100', 'OK'),
      say('TTL k', between(99, 100)),
      say('SET k v KEEPTTL', 'OK'),
      say('PTTL k', between(90_000, 100_000)),
      say('SET k v', 'OK'),
      say('TTL k', -1),
      say('SET new v KEEPTTL', 'OK'),
      say('TTL new', -1),
      say('TTL none', -2),
      say('PTTL none', -2),
    ],
  },
  {
    name: 'SET refuses ends that are none',
    steps: [
      say('SET k v EX 0', error("ERR invalid expire time in 'set' command")),
      say('SET k v PX -5', error("ERR invalid expire time in 'set' command")),
      say('SET k v EX 9223372036854775807', error("ERR invalid expire time in 'set' command")),
      say('SET k v EX 1.5', NOT_AN_INTEGER),
      say('SET k v EX', SYNTAX),
      say('SET k v EX 10 PX 10', SYNTAX),
      say('SET k v EX 10 KEEPTTL', SYNTAX),
      say('SET k v FOO', SYNTAX),
      say('GET k', null),
      say('SETEX k 0 v', error("ERR invalid expire time in 'setex' command")),
    ],
  },
  {
    name: 'keys end in their time',
    steps: [
      say('SET short v PX 300', 'OK'),
      say('SETEX long 100 v', 'OK'),
      say('GET short', 'v'),
      wait(450),
      say('GET short', null),
      say('EXISTS short long', 1),
      say('SET short new NX', 'OK'),
      say('TTL short', -1),
      say('DBSIZE', 2),
    ],
  },
  {
    name: 'EXPIRE gives an end, one in the past is now',
    steps: [
      say('EXPIRE k 10', 0),
      say('SET k v', 'OK'),
      say('EXPIRE k 100', 1),
      say('TTL k', between(99, 100)),
      say('PEXPIRE k 250000', 1),
      say('TTL k', between(249, 250)),
      say('EXPIRE k -1', 1),
      say('GET k', null),
      say('EXPIRE k abc', NOT_AN_INTEGER),
      say('EXPIRE k 9223372036854775807', error("ERR invalid expire time in 'expire' command")),
    ],
  },
  {
    name: 'DEL, UNLINK and EXISTS count, a key named twice as Redis does',
    steps: [
      say('SET a 1', 'OK'),
      say('SET b 1', 'OK'),
      say('SET c 1', 'OK'),
      say('EXISTS a a b x', 3),
      say('DEL a a x', 1),
      say('UNLINK b', 1),
      say('DBSIZE', 1),
      say('FLUSHALL', 'OK'),
      say('DBSIZE', 0),
      say('FLUSHALL ASYNC', 'OK'),
      say('FLUSHALL FOO', SYNTAX),
    ],
  },
  {
    name: 'MGET answers for each key, with nothing for those of another kind',
    steps: [
      say('SET a 1', 'OK'),
      say('HSET h f v', 1),
      say('MGET a x h a', ['1', null, null, '1']),
    ],
  },
  {
    name: 'INCR counts in 64 bits and leaves the end alone',
    steps: [
      say('INCR n', 1),
      say('INCRBY n 41', 42),
      say('INCRBY n -43', -1),
      say('EXPIRE n 100', 1),
      say('INCR n', 0),
      say('TTL n', between(99, 100)),
      say('GET n', '0'),
      say('SET n 9223372036854775806', 'OK'),
      say('INCR n', Number(2n ** 63n - 1n)),
      say('GET n', '9223372036854775807'),
      say('INCR n', error('ERR increment or decrement would overflow')),
      say('SET n 01', 'OK'),
      say('INCR n', NOT_AN_INTEGER),
      say(['SET', 'n', ' 1'], 'OK'),
      say('INCR n', NOT_AN_INTEGER),
      say('INCRBY n x', NOT_AN_INTEGER),
    ],
  },
  {
    name: 'hashes hold fields and go with the last one',
    steps: [
      say('HSET h a 1 b 2', 2),
      say('HSET h b 3 c 4', 1),
      say('HGET h b', '3'),
      say('HGET h x', null),
      say('HGETALL h', ['a', '1', 'b', '3', 'c', '4']),
      say('HDEL h a x c', 2),
      say('HDEL h b', 1),
      say('EXISTS h', 0),
      say('HGETALL h', []),
      say('HDEL h b', 0),
      say('HSET h a', error("ERR wrong number of arguments for 'hset' command")),
      say('HSET h a 1 b', error("ERR wrong number of arguments for 'hset' command")),
    ],
  },
  {
    name: 'sorted sets are sorted by score, then by bytes',
    steps: [
      say('ZADD z 2 b 1 c 1 a inf last -inf first 2.5 d', 6),
      say('ZADD z 3 b', 0),
      say('ZRANGE z 0 -1', ['first', 'a', 'c', 'd', 'b', 'last']),
      say('ZRANGE z 1 2 WITHSCORES', ['a', '1', 'c', '1']),
      say('ZRANGE z 0 1 REV', ['last', 'b']),
      say('ZRANGE z -2 -1 WITHSCORES', ['b', '3', 'last', 'inf']),
      say('ZRANGE z -100 0', ['first']),
      say('ZRANGE z 4 100', ['b', 'last']),
      say('ZRANGE z 3 1', []),
      say('ZRANGE z 0 -100', []),
      say('ZREM z a x', 1),
      say('ZREM z first c d b last', 5),
      say('EXISTS z', 0),
      say('ZRANGE z 0 -1', []),
      say('ZADD z x a', error('ERR value is not a valid float')),
      say('ZADD z 1 a 2', SYNTAX),
      say('ZRANGE z a 1', NOT_AN_INTEGER),
      say('ZRANGE z 0 1 FOO', SYNTAX),
    ],
  },
  {
    name: 'a key of another kind is refused and stays',
    steps: [
      say('SET s v', 'OK'),
      say('HSET h f v', 1),
      say('ZADD z 1 m', 1),
      say('GET h', WRONG_TYPE),
      say('INCR h', WRONG_TYPE),
      say('HSET s f v', WRONG_TYPE),
      say('HGET z f', WRONG_TYPE),
      say('ZADD h 1 m', WRONG_TYPE),
      say('ZRANGE s 0 -1', WRONG_TYPE),
      say('SET h v', 'OK'),
      say('GET h', 'v'),
      say('GET s', 'v'),
    ],
  },
  {
    name: 'a client that listens may do little else',
    steps: [
      say('SUBSCRIBE one', ['subscribe', 'one', 1]),
      say('PING', ['pong', '']),
      say('PING x', ['pong', 'x']),
      say('GET k', error("ERR Can't execute 'get': only (P|S)SUBSCRIBE")),
      say('UNSUBSCRIBE other', ['unsubscribe', 'other', 1]),
      say('UNSUBSCRIBE', ['unsubscribe', 'one', 0]),
      say('UNSUBSCRIBE', ['unsubscribe', null, 0]),
      say('GET k', null),
      say('PUBLISH one x', 0),
    ],
  },
];

/** What a server says to bytes, and whether it then hangs up. */
export interface Breach {
  readonly name: string;
  readonly bytes: string;
  readonly hear: readonly Expected[];
  readonly closes: boolean;
}

const breach = (name: string, bytes: string, words: string): Breach => ({
  ...{ name, bytes, closes: true },
  hear: ['PONG', error(`ERR Protocol error: ${words}`)],
});

const PING = '*1\r\n$4\r\nPING\r\n';

/** Each but the last two groups begins with a PING, whose answer must not be lost. */
export const BREACHES: readonly Breach[] = [
  breach('a count that is no number', `${PING}*x\r\n`, 'invalid multibulk length'),
  breach('a count with a leading zero', `${PING}*01\r\n`, 'invalid multibulk length'),
  breach('a count beyond all bounds', `${PING}*99999999999\r\n`, 'invalid multibulk length'),
  breach('an argument of another type', `${PING}*1\r\n:1\r\n`, "expected '$', got ':'"),
  breach('a negative length', `${PING}*1\r\n$-1\r\n`, 'invalid bulk length'),
  breach('a length that is no number', `${PING}*1\r\n$4x\r\nPING\r\n`, 'invalid bulk length'),
  breach('a length beyond all bounds', `${PING}*1\r\n$99999999999\r\n`, 'invalid bulk length'),
  breach('quotes without an end', `${PING}GET "a\r\n`, 'unbalanced quotes in request'),
  breach('an endless count', `${PING}*${'1'.repeat(70_000)}`, 'too big mbulk count string'),
  breach('an endless length', `${PING}*1\r\n$${'1'.repeat(70_000)}`, 'too big bulk count string'),
  breach('an endless line', `${PING}${'x'.repeat(70_000)}`, 'too big inline request'),
  {
    name: 'requests of nothing are passed over',
    bytes: `*0\r\n*-1\r\n\r\n  \r\n${PING}`,
    ...{ hear: ['PONG'], closes: false },
  },
  {
    name: 'inline requests are read as a shell reads words',
    bytes: 'SET k "a b\\x41\\n"\r\nGET k\nPING \'it\\\'s\'\r\nPING ""\r\n',
    ...{ hear: ['OK', 'a bA\n', "it's", ''], closes: false },
  },
  {
    name: 'QUIT answers, hangs up and ends the pipeline',
    bytes: `${PING}*1\r\n$4\r\nQUIT\r\n${PING}`,
    ...{ hear: ['PONG', 'OK'], closes: true },
  },
];

/** Whether an answer is the expected one; of an error the beginning counts. */
export function matches(answer: Answer, expected: Expected): boolean {
  if (typeof expected === 'function') return expected(answer);
  if (isFailure(expected)) return isFailure(answer) && answer.error.startsWith(expected.error);
  return JSON.stringify(answer) === JSON.stringify(expected);
}

function isFailure(value: Answer): value is { readonly error: string } {
  return typeof value === 'object' && value !== null && 'error' in value;
}
