import type { Dependencies } from '../api/dependencies';
import { presentArticles } from '../api/presenting';
import { articlesOf } from '../api/reading';
import type { LoggedEvent } from '../data/events';
import { encodeId, type Id } from '../platform/ids';

/**
 * What is told of events, as JSON by their ids: the article as lists show it to nobody in particular. Of
 * one that is gone by now, its id: what every slug of it ends in.
 */
export async function payloadsOf(
  deps: Dependencies,
  events: readonly LoggedEvent[],
): Promise<ReadonlyMap<Id, string>> {
  const { document } = await deps.topology.current();
  const ids = [...new Set(events.map(({ subjectId }) => subjectId))];
  const rows = [...(await articlesOf(deps, document, ids)).values()];
  const shown = await presentArticles({ deps, document, viewerId: undefined }, rows);
  const byId = new Map(rows.map(({ id }, index) => [id, shown[index]]));
  return new Map(
    events.map(({ id, kind, subjectId }) => {
      const article = kind === 'deleted' ? undefined : byId.get(subjectId);
      const type = article === undefined ? 'deleted' : kind;
      const told = { type, id: encodeId(subjectId), ...(article !== undefined && { article }) };
      return [id, JSON.stringify(told)];
    }),
  );
}
