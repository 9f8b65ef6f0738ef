import { createHash } from 'node:crypto';
import type { Frame } from './frames';
import { frame, textAt } from './frames';

/** A statement that no server has. */
const NOBODY = 'mp_nobody';

/** A statement that a client has prepared under a name. */
export interface Statement {
  /** The same for the same text, whoever prepared it. */
  readonly name: string;
  /** What prepares it on a server. */
  readonly parse: Buffer;
}

/** An answer that is due: whether the client hears of it, and what it prepares. */
export interface Due {
  readonly type: '1' | '3' | 'Z';
  readonly told: boolean;
  readonly prepares?: string;
}

/** Names of statements that a server has. */
export type Prepared = Pick<ReadonlySet<string>, 'has'>;

/** What goes to the server in the place of a client's message, and what is due for it. */
export interface Rewritten {
  readonly bytes: readonly Buffer[];
  readonly due: readonly Due[];
}

/**
 * Statements of a client by its own names. Servers have them under names that follow from their text, so
 * that any connection can serve any client: it is prepared there when it is needed.
 */
export class Statements {
  private readonly known = new Map<string, Statement>();

  /** @param prepared names that the server has, or will have once it has answered */
  public rewrite({ type, bytes }: Frame, prepared: Prepared): Rewritten {
    if (type === 'P') return this.parse(bytes, prepared);
    if (type === 'B') return this.bind(bytes, prepared);
    if (type === 'D' && bytes[5] === 0x53) return this.describe(bytes, prepared);
    if (type === 'C') return this.close(bytes);
    const due = type === 'Q' || type === 'S' || type === 'F' ? [READY] : [];
    return { bytes: [bytes], due };
  }

  private parse(bytes: Buffer, prepared: Prepared): Rewritten {
    const [own, from] = textAt(bytes, 5);
    if (own === '') return { bytes: [bytes], due: [{ type: '1', told: true }] };
    const rest = bytes.subarray(from);
    const name = `mp_${createHash('sha256').update(rest).digest('hex').slice(0, 32)}`;
    const parse = frame('P', name, rest);
    this.known.set(own, { name, parse });
    const due: Due = { type: '1', told: true, prepares: name };
    if (!prepared.has(name)) return { bytes: [parse], due: [due] };
    return { bytes: [frame('C', 'S' + name), parse], due: [{ type: '3', told: false }, due] };
  }

  private bind(bytes: Buffer, prepared: Prepared): Rewritten {
    const [portal, middle] = textAt(bytes, 5);
    const [own, from] = textAt(bytes, middle);
    const renamed = (name: string) => frame('B', portal, name, bytes.subarray(from));
    return this.named(own, bytes, renamed, prepared);
  }

  private describe(bytes: Buffer, prepared: Prepared): Rewritten {
    const [own] = textAt(bytes, 6);
    return this.named(own, bytes, (name) => frame('D', 'S' + name), prepared);
  }

  private close(bytes: Buffer): Rewritten {
    const due: readonly Due[] = [{ type: '3', told: true }];
    const [own] = textAt(bytes, 6);
    if (bytes[5] !== 0x53 || own === '') return { bytes: [bytes], due };
    this.known.delete(own);
    // Others may use the server's; who closes what is not there is told the same.
    return { bytes: [frame('C', 'S' + NOBODY)], due };
  }

  private named(
    own: string,
    bytes: Buffer,
    renamed: (name: string) => Buffer,
    prepared: Prepared,
  ): Rewritten {
    const known = own === '' ? undefined : this.known.get(own);
    // A name that nobody gave is the server's to refuse.
    if (known === undefined) return { bytes: [bytes], due: [] };
    const { name, parse } = known;
    if (prepared.has(name)) return { bytes: [renamed(name)], due: [] };
    return {
      bytes: [parse, renamed(name)],
      due: [{ type: '1', told: false, prepares: name }],
    };
  }
}

const READY: Due = { type: 'Z', told: true };

/** The text of what is run or prepared; undefined for other messages. */
export function statementOf({ type, bytes }: Frame): string | undefined {
  if (type === 'Q') return textAt(bytes, 5)[0];
  return type === 'P' ? textAt(bytes, textAt(bytes, 5)[1])[0] : undefined;
}
