import type { Queryable } from '../platform/databases';
import type { Id } from '../platform/ids';

/**
 * The body of a recursive query `found (id)`: each value of a column once, in their order, after one of them; at the
 * end a null. By one look at the column's index for each value, however many rows have it.
 *
 * @see https://wiki.postgresql.org/wiki/Loose_indexscan
 */
export function distinctAfter(sql: Queryable, table: string, column: string, after: Id) {
  const [rows, id] = [sql(table), sql(column)];
  return sql`
    (select ${id} from ${rows} where ${id} > ${after} order by ${id} limit 1)
    union all
    select (select ${id} from ${rows} where ${id} > found.id order by ${id} limit 1)
    from found where found.id is not null`;
}
