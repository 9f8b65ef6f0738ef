import type { Dependencies } from '../api/dependencies';
import { compareArticles, repairArticle } from '../data/repair-articles';
import type { Sql } from '../platform/databases';
import { grantFor, inFence } from '../platform/fence';
import type { Repaired } from './check';
import type { WalkedPage } from './walk';

const PAGE = 500;

/**
 * Compares what an article says of itself with its rows beside it: how many favour it, and under which tags it is
 * found. Both are written in one transaction, so that nothing is on its way; each repair has its own.
 */
export async function checkArticles(
  deps: Dependencies,
  shard: string,
  content: Sql,
  after = '0',
): Promise<WalkedPage<Repaired>> {
  const page = await compareArticles(content, after, PAGE);
  let [favorites, tagged] = [0, 0];
  for (const { id, miscounted, mistagged } of page) {
    if (!miscounted && !mistagged) continue;
    const grant = grantFor(await deps.topology.current(), shard);
    const repaired = await inFence(content, grant, { run: (sql) => repairArticle(sql, id) });
    favorites += repaired.favorites;
    tagged += repaired.tagged;
  }
  return { next: page.length < PAGE ? undefined : page.at(-1)?.id, found: { favorites, tagged } };
}
