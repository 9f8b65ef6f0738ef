import type { Dependencies } from '../api/dependencies';
import { authorOf } from '../data/articles';
import { isOutage } from '../platform/errors';
import { type Id, logicalShardOf } from '../platform/ids';
import type { NotificationKind } from '../platform/notifications';
import { shardOf } from '../topology';
import { type Envelope, type EventMessage, tracedBy } from './messages';

const KINDS: readonly string[] = [
  'followed',
  'favorited',
  'commented',
] satisfies readonly NotificationKind[];

/** Tells whom an event concerns, in the Region that has its log; the table carries it to the others. */
export class Notifier {
  constructor(private readonly deps: Dependencies) {}

  /**
   * While the table does not answer, the event waits in a message of its own, whose group is the event's:
   * timelines of the same actor, which have been seen to by now, do not wait behind it.
   */
  async notifyOrDefer(event: EventMessage, { id, trace }: Envelope): Promise<void> {
    try {
      await this.notify(event);
    } catch (error) {
      const { events, region } = this.deps;
      if (events === undefined || !isOutage(error)) throw error;
      const group = `notify.${event.source}.${event.id}`;
      await events.send(region, [
        {
          id: `${id}.notify`.slice(-128),
          group,
          body: { type: 'notify', event, ...tracedBy(trace) },
        },
      ]);
    }
  }

  /** May be repeated. @throws RequestError 503 where the table does not answer: the message comes again */
  async notify(event: EventMessage): Promise<void> {
    const { notifications } = this.deps;
    const { kind, actorId, subjectId, source, id } = event;
    if (notifications === undefined || !KINDS.includes(kind)) return;
    const articleId = kind === 'followed' ? undefined : subjectId;
    const recipientId = articleId === undefined ? subjectId : await this.authorOf(articleId);
    // What is gone by now concerns nobody, and nobody is told of what they did themselves.
    if (recipientId === undefined || recipientId === actorId) return;
    await notifications.record({
      recipientId,
      kind: kind as NotificationKind,
      actorId,
      ...(articleId !== undefined && { articleId }),
      source,
      eventId: id,
    });
  }

  /** Of the writer where it is here: a reader may not have the article yet. */
  private async authorOf(articleId: Id): Promise<Id | undefined> {
    const { databases, topology, region } = this.deps;
    const { location } = shardOf((await topology.current()).document, logicalShardOf(articleId));
    if (location.home !== region)
      return await databases.read(location, 'content', (sql) => authorOf(sql, articleId));
    return await authorOf(await databases.writer(location, 'content'), articleId);
  }
}
