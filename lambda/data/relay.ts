import type { Queryable } from '../platform/databases';
import type { Id } from '../platform/ids';

/** How far the log has been sent; `undefined` while somebody else is sending. Locked until the commit. */
export async function claimRelay(sql: Queryable): Promise<Id | undefined> {
  const [row] = await sql<{ position: Id }[]>`
    select position from relay where id = 1 for update skip locked`;
  return row?.position;
}

export async function advanceRelay(sql: Queryable, position: Id): Promise<void> {
  await sql`update relay set position = ${position} where id = 1`;
}
