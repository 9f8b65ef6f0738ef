import postgres from 'postgres';

export type Session = postgres.Sql;

/** One connection to one database of a server, closed when the work is done. */
export async function withSession<T>(
  url: string,
  database: string,
  work: (sql: Session) => Promise<T>,
): Promise<T> {
  const sql = postgres(url, {
    database,
    max: 1,
    prepare: false,
    connect_timeout: 10,
    connection: { application_name: 'meridian-move' },
    onnotice: () => undefined,
  });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** A name inside a statement. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text inside a statement that takes no parameters. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** How a subscriber reaches a database of the source. */
export function connectionString(source: string, database: string, address?: string): string {
  const { hostname, port, username, password } = new URL(source);
  const [host = hostname, at = port || '5432'] = address?.split(':') ?? [];
  const values = {
    host,
    port: at,
    dbname: database,
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
  return Object.entries(values)
    .map(([key, value]) => `${key}='${value.replace(/[\\']/g, '\\$&')}'`)
    .join(' ');
}

/** Asks again until there is an answer. @returns `undefined` after the deadline */
export async function poll<T>(
  timeoutMs: number,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || Date.now() > deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
