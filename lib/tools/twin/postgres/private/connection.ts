import { Client } from 'pg';

export interface ConnectionOptions {
  readonly address: string;
  readonly port: number;
  readonly username: string;
  readonly password: string | undefined;
  /** @default postgres */
  readonly database?: string;
  /** Longest wait for a connection, and for an answer, in milliseconds. @default 2000 */
  readonly timeoutMs?: number;
}

/**
 * One connection of the twin's own to a server that may be killed or stand still at any moment. It
 * opens with the first question, and anew after each failure. By node-postgres: postgres.js, which
 * the workload's bundles mend, ends the process when a server dies under it (docs/adr/0010).
 */
export class Connection {
  private client: Promise<Client> | undefined;
  private readonly timeoutMs: number;

  public constructor(private readonly options: ConnectionOptions) {
    this.timeoutMs = options.timeoutMs ?? 2_000;
  }

  /** @throws Error where the server refuses, ends, or does not answer in time */
  public async query<Row extends object>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    const opening = (this.client ??= this.open());
    try {
      const client = await opening;
      const { rows } = await client.query<Row>(text, [...values]);
      return rows;
    } catch (error) {
      // A refused statement leaves the connection as it was; a code of SQLSTATE tells it apart.
      if (!isStatementError(error)) this.forget(opening);
      throw error;
    }
  }

  public async end(): Promise<void> {
    const opening = this.client;
    this.client = undefined;
    const client = await opening?.catch(() => undefined);
    if (client !== undefined) drop(client);
  }

  private async open(): Promise<Client> {
    const { address: host, port, username: user, password, database = 'postgres' } = this.options;
    const client = new Client({
      ...{ host, port, user, password, database, application_name: 'twin' },
      connectionTimeoutMillis: this.timeoutMs,
      query_timeout: this.timeoutMs,
    });
    // Told to whoever asks next.
    client.on('error', () => {
      this.client = undefined;
    });
    try {
      await client.connect();
      return client;
    } catch (error) {
      drop(client);
      throw error;
    }
  }

  private forget(opening: Promise<Client>): void {
    if (this.client === opening) this.client = undefined;
    void opening.then(drop, () => undefined);
  }
}

function isStatementError(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  // Classes 08, 57 and 58: the connection, an operator or the system, not the statement.
  return typeof code === 'string' && /^(?!08|57|58)[0-9A-Z]{5}$/.test(code);
}

/** Without a word: the server may not read any more. */
function drop(client: Client): void {
  (
    client as unknown as { connection: { stream: { destroy(): void } } }
  ).connection.stream.destroy();
}
