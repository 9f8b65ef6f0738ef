import type { Conversation, Shared } from './commands';
import { COMMANDS, lacking, LACKING, Several } from './commands';
import type { Reply } from './reply';
import { Failure, OK, Refusal } from './reply';

/** What a client that listens may say. */
const WHILE_LISTENING = new Set(['subscribe', 'unsubscribe', 'ping', 'quit']);

/** One client's conversation, without its socket. */
export class Session implements Conversation {
  public name = '';
  public readonly channels = new Set<string>();

  /**
   * @param id unique among the server's connections
   * @param push tells the client what it did not ask for
   */
  public constructor(
    public readonly id: number,
    private readonly shared: Shared,
    public readonly push: (reply: Reply) => void,
  ) {}

  /** @returns the replies in order; no further request is taken after QUIT */
  public execute([first, ...args]: readonly Buffer[]): {
    readonly replies: readonly Reply[];
    readonly quit?: true;
  } {
    const given = first?.toString('latin1') ?? '';
    const name = given.toLowerCase();
    if (name === 'quit') return { replies: [OK], quit: true };
    try {
      const reply = this.run(given, name, args);
      return { replies: reply instanceof Several ? reply.replies : [reply] };
    } catch (error) {
      if (error instanceof Refusal) return { replies: [new Failure(error.message)] };
      throw error;
    }
  }

  public end(): void {
    for (const channel of this.channels) this.shared.hub.unsubscribe(channel, this);
  }

  private run(given: string, name: string, args: readonly Buffer[]): Reply | Several {
    if (LACKING.has(name)) return lacking(name);
    const command = COMMANDS.get(name);
    if (command === undefined) return unknown(given, args);
    const words = args.length + 1;
    if (command.arity > 0 ? words !== command.arity : words < -command.arity) {
      return new Failure(`ERR wrong number of arguments for '${name}' command`);
    }
    if (this.channels.size > 0 && !WHILE_LISTENING.has(name)) {
      return new Failure(
        `ERR Can't execute '${name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / ` +
          'RESET are allowed in this context',
      );
    }
    const { shared } = this;
    return command.run({ name, args, conversation: this, shared, space: shared.space });
  }
}

/** In Redis' words, which quote no more than 128 bytes. */
function unknown(given: string, args: readonly Buffer[]): Failure {
  let quoted = '';
  for (const argument of args) {
    if (quoted.length >= 128) break;
    quoted += `'${argument.toString('latin1', 0, 128 - quoted.length)}' `;
  }
  return new Failure(
    `ERR unknown command '${given.slice(0, 128)}', with args beginning with: ${quoted}` +
      '(of the stand-in, which knows but few)',
  );
}
