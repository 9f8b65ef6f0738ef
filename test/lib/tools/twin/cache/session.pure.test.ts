import { encode, Hub, Keyspace, Session } from '../../../../../lib/tools/twin/cache/stand-in';
import { BEHAVIOURS, matches } from './behaviours';
import type { Answer } from './replies';
import { decode } from './replies';

function converse(maxBytes = 1_000_000) {
  let now = 1_800_000_000_000;
  const space = new Keyspace({ maxBytes, now: () => now });
  const hub = new Hub();
  const server = { port: () => 6379, startedAt: now, connections: () => 1 };
  let id = 0;
  const pushed: Answer[] = [];
  const session = () =>
    new Session((id += 1), { space, hub, server }, (reply) => {
      pushed.push(...read([reply]));
    });
  const read = (replies: Parameters<typeof encode>[0][]) => {
    const bytes: Buffer[] = [];
    for (const reply of replies) encode(reply, bytes);
    const { answers, rest } = decode(Buffer.concat(bytes).toString('latin1'));
    expect(rest).toBe('');
    return answers;
  };
  const ask = (to: Session, words: readonly (string | Buffer)[]) => {
    const { replies } = to.execute(words.map((word) => Buffer.from(word)));
    return read([...replies]);
  };
  return { space, session, ask, pushed, pass: (ms: number) => (now += ms) };
}

describe('the stand-in, without its sockets', () => {
  it.each(BEHAVIOURS)('$name', ({ steps }) => {
    const { session, ask, pass } = converse();
    const one = session();
    for (const step of steps) {
      if ('wait' in step) {
        pass(step.wait);
        continue;
      }
      const [answer = null] = ask(one, step.say);
      expect([step.say, answer, matches(answer, step.hear)]).toEqual([step.say, answer, true]);
    }
  });

  it('says that scripts and transactions need a real Valkey', () => {
    const { session, ask } = converse();
    for (const name of ['EVAL', 'evalsha', 'MULTI', 'SCRIPT', 'WATCH']) {
      expect(ask(session(), [name, 'x', '0'])).toEqual([
        {
          error: `ERR unsupported by the stand-in: ${name.toUpperCase()}; it takes a real Valkey`,
        },
      ]);
    }
  });

  it('says which options of sorted sets it lacks, and changes nothing', () => {
    const { session, ask, space } = converse();
    const one = session();
    expect(ask(one, ['ZADD', 'z', 'NX', '1', 'a'])).toEqual([
      { error: 'ERR unsupported by the stand-in: ZADD with NX' },
    ]);
    expect(ask(one, ['ZRANGE', 'z', '0', '1', 'BYSCORE'])).toEqual([
      { error: 'ERR unsupported by the stand-in: ZRANGE with BYSCORE' },
    ]);
    expect(space.size).toBe(0);
  });

  it('refuses the third version of the protocol, so that clients fall back', () => {
    const { session, ask } = converse();
    expect(ask(session(), ['HELLO', '3'])).toEqual([
      { error: 'NOPROTO unsupported protocol version' },
    ]);
  });

  it('tells messages to who listens, and to nobody after it has left', () => {
    const { session, ask, pushed } = converse();
    const [listener, speaker] = [session(), session()];
    expect(ask(listener, ['SUBSCRIBE', 'a', 'b'])).toEqual([
      ['subscribe', 'a', 1],
      ['subscribe', 'b', 2],
    ]);
    expect(ask(speaker, ['PUBLISH', 'b', Buffer.from([0, 255, 13, 10])])).toEqual([1]);
    expect(pushed).toEqual([['message', 'b', '\x00\xff\r\n']]);
    listener.end();
    expect(ask(speaker, ['PUBLISH', 'b', 'x'])).toEqual([0]);
    expect(pushed).toHaveLength(1);
  });

  it('rounds what is left to seconds as Redis does', () => {
    const { session, ask, pass } = converse();
    const one = session();
    ask(one, ['SET', 'k', 'v', 'PX', '2000']);
    pass(500);
    expect([ask(one, ['TTL', 'k']), ask(one, ['PTTL', 'k'])]).toEqual([[2], [1500]]);
    pass(1);
    expect([ask(one, ['TTL', 'k']), ask(one, ['PTTL', 'k'])]).toEqual([[1], [1499]]);
    pass(1498);
    expect([ask(one, ['TTL', 'k']), ask(one, ['PTTL', 'k'])]).toEqual([[0], [1]]);
    pass(1);
    expect([ask(one, ['TTL', 'k']), ask(one, ['PTTL', 'k'])]).toEqual([[-2], [-2]]);
  });

  it('keeps its own copy of what the network gave', () => {
    const { session } = converse();
    const one = session();
    const value = Buffer.from('before');
    one.execute([Buffer.from('SET'), Buffer.from('k'), value]);
    one.execute([Buffer.from('HSET'), Buffer.from('h'), Buffer.from('f'), value]);
    value.fill('x');
    expect(one.execute([Buffer.from('GET'), Buffer.from('k')]).replies).toEqual([
      Buffer.from('before'),
    ]);
    expect(one.execute([Buffer.from('HGET'), Buffer.from('h'), Buffer.from('f')]).replies).toEqual([
      Buffer.from('before'),
    ]);
  });

  it('answers what is prone to be mistaken for a command of the language', () => {
    const { session, ask } = converse();
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect(JSON.stringify(ask(session(), [name]))).toContain('ERR unknown command');
      expect(ask(session(), ['CLIENT', name])).toEqual([
        { error: `ERR unknown subcommand '${name}'. Try CLIENT HELP.` },
      ]);
      expect(ask(session(), ['SET', 'k', 'v', name, '10'])).toEqual([
        { error: 'ERR syntax error' },
      ]);
    }
  });
});
