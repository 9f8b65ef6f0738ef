import type { Item, Table } from './dynamodb';
import { Guard } from './guard';
import type { Id } from './ids';
import { mergeRevisions, newRevisionId, type Outcome, ranked, type Revision } from './revisions';

/** What one writes: a document, whole in each revision. */
export interface DraftDocument {
  readonly title: string;
  readonly description: string;
  readonly body: string;
  readonly tagList: readonly string[];
}

/** A draft as it is shown. */
export interface Draft {
  readonly draftId: string;
  readonly shown: Revision;
  readonly conflicts: readonly Revision[];
}

export interface WholeDraft extends Draft {
  readonly document: DraftDocument;
}

/** The port: drafts as their author works with them, and nothing of how they are kept. */
export interface Drafts {
  /** Those that are not deleted, last changed first. */
  list(userId: Id): Promise<readonly Draft[]>;
  find(userId: Id, draftId: string): Promise<WholeDraft | undefined>;
  /** All there are of one draft, the best first, and what they come to. */
  revisions(userId: Id, draftId: string): Promise<Outcome & { readonly all: readonly Revision[] }>;
  document(userId: Id, draftId: string, revision: string): Promise<DraftDocument | undefined>;
  /**
   * Gives what is shown then; `undefined` where the user has {@link MOST_DRAFTS} others. Repeated with its parents, it
   * is done once.
   * @param parents @default the revision that is shown
   */
  write(
    userId: Id,
    draftId: string,
    document: DraftDocument,
    parents?: readonly string[],
  ): Promise<WholeDraft | undefined>;
  /** Ends all that is known here of it; whether there was anything. @param slug of the article it became */
  end(userId: Id, draftId: string, slug?: string): Promise<boolean>;
}

export const MOST_DRAFTS = 100;
/** Revisions of one draft; the oldest that others were made from go first. */
export const MOST_REVISIONS = 50;
/** Bytes of a document; an item of the table holds 400 KB. */
export const LARGEST_DOCUMENT = 300_000;
/** What has ended can be read for so long, and the end itself is known for longer. */
export const KEPT_DAYS = 30;

const DAY_SECONDS = 24 * 3_600;

/**
 * Documents in a table that every Region writes: of two writes to one item the table would drop one, so
 * none is ever written twice. A revision is two items under names that nobody else uses, the document and,
 * after it, what it was made from; what they come to is worked out when it is read. A user's are one partition;
 * what they were made from is small, so that a list reads no document.
 */
export class DraftTable implements Drafts {
  private readonly guard = new Guard('drafts');

  constructor(
    private readonly table: Pick<Table, 'get' | 'put' | 'update' | 'delete' | 'query'>,
    private readonly region: string,
    private readonly now: () => number = Date.now,
    private readonly mostRevisions = MOST_REVISIONS,
  ) {}

  async list(userId: Id): Promise<readonly Draft[]> {
    return [...(await this.all(userId))]
      .flatMap(([draftId, revisions]) => {
        const { winner: shown, conflicts } = mergeRevisions(revisions);
        return shown === undefined || shown.deleted ? [] : [{ draftId, shown, conflicts }];
      })
      .sort((a, b) => b.shown.at - a.shown.at);
  }

  async find(userId: Id, draftId: string) {
    return await this.shown(userId, draftId, await this.ofDraft(userId, draftId));
  }

  /** @param written just now: it is not read again */
  private async shown(
    userId: Id,
    draftId: string,
    all: readonly Revision[],
    written?: { readonly id: string; readonly document: DraftDocument },
  ): Promise<WholeDraft | undefined> {
    const { winner, conflicts } = mergeRevisions(all);
    if (winner === undefined || winner.deleted) return undefined;
    // Of another Region's revision, the document may arrive last: until then, the next best is shown.
    const rest = ranked(all).filter((one) => one !== winner && !conflicts.includes(one));
    for (const shown of [winner, ...conflicts, ...rest].filter(({ deleted }) => !deleted)) {
      const document =
        shown.id === written?.id
          ? written.document
          : await this.document(userId, draftId, shown.id);
      if (document === undefined) continue;
      return { draftId, shown, conflicts: conflicts.filter((one) => one !== shown), document };
    }
    return undefined;
  }

  async revisions(userId: Id, draftId: string) {
    const all = await this.ofDraft(userId, draftId);
    return { ...mergeRevisions(all), all: ranked(all) };
  }

  async document(userId: Id, draftId: string, revision: string) {
    const key = documentKey(userId, draftId, revision);
    const item = await this.guard.run(() => this.table.get(key, { consistent: true }));
    return item === undefined || this.isOver(item)
      ? undefined
      : (JSON.parse(String(item.document)) as DraftDocument);
  }

  async write(
    userId: Id,
    draftId: string,
    document: DraftDocument,
    parents?: readonly string[],
  ): Promise<WholeDraft | undefined> {
    const drafts = await this.all(userId);
    const all = drafts.get(draftId) ?? [];
    drafts.delete(draftId);
    if (liveOf(drafts) >= MOST_DRAFTS) return undefined;
    const { winner } = mergeRevisions(all);
    const isThere = winner?.deleted === false && parents !== undefined;
    if (isThere && (await this.isKnown(userId, draftId, all, document, parents)))
      return await this.shown(userId, draftId, all);
    const from = parents ?? (winner === undefined ? [] : [winner.id]);
    const revision = this.next(all, from, { title: document.title, deleted: false });
    await this.guard.run(async () => {
      const key = documentKey(userId, draftId, revision.id);
      await this.table.put({ ...key, document: JSON.stringify(document) });
      await this.table.put(toItem(userId, draftId, revision));
    });
    await this.prune(userId, draftId, [...all, revision]);
    return await this.shown(userId, draftId, [...all, revision], { id: revision.id, document });
  }

  /** Whether the same was made from the same before: by a write whose answer was lost. */
  private async isKnown(
    userId: Id,
    draftId: string,
    all: readonly Revision[],
    document: DraftDocument,
    parents: readonly string[],
  ): Promise<boolean> {
    const from = [...parents].sort().join();
    const text = JSON.stringify(document);
    for (const { id, title, deleted, parents: its } of all) {
      if (deleted || title !== document.title || [...its].sort().join() !== from) continue;
      const known = await this.document(userId, draftId, id);
      if (known !== undefined && JSON.stringify(known) === text) return true;
    }
    return false;
  }

  async end(userId: Id, draftId: string, slug?: string): Promise<boolean> {
    const { winner, conflicts, all } = await this.revisions(userId, draftId);
    if (winner === undefined || winner.deleted) return false;
    const ended = [winner, ...conflicts].map(({ id }) => id);
    const { title } = winner;
    const end = { title, deleted: true, ...(slug !== undefined && { slug }) };
    const expiresAt = this.seconds() + KEPT_DAYS * DAY_SECONDS;
    const item = toItem(userId, draftId, this.next(all, ended, end));
    await this.guard.run(async () => {
      // The end outlasts what it ends, in whatever order the table lets go of them.
      await this.table.put({ ...item, expiresAt: expiresAt + KEPT_DAYS * DAY_SECONDS });
      for (const { id } of all)
        for (const key of [revisionKey(userId, draftId, id), documentKey(userId, draftId, id)])
          await this.table.update(key, 'SET expiresAt = if_not_exists(expiresAt, :at)', {
            expression: 'attribute_exists(userId)',
            values: { ':at': expiresAt },
          });
    });
    return true;
  }

  private next(
    known: readonly Revision[],
    parents: readonly string[],
    what: Pick<Revision, 'title' | 'deleted' | 'slug'>,
  ): Revision {
    const generations = known.filter(({ id }) => parents.includes(id)).map((one) => one.generation);
    const at = this.now();
    const generation = 1 + Math.max(0, ...generations);
    return { id: newRevisionId(at), parents, generation, at, region: this.region, ...what };
  }

  private async prune(userId: Id, draftId: string, all: readonly Revision[]): Promise<void> {
    const replaced = new Set(all.flatMap(({ parents }) => parents));
    const old = ranked(all.filter(({ id }) => replaced.has(id)));
    const surplus = old.slice(
      Math.max(0, old.length - Math.max(0, all.length - this.mostRevisions)),
    );
    await this.guard.run(async () => {
      for (const { id } of [...surplus].reverse()) {
        await this.table.delete(revisionKey(userId, draftId, id), {});
        await this.table.delete(documentKey(userId, draftId, id), {});
      }
    });
  }

  /** Of all drafts of a user, by draft. */
  private async all(userId: Id): Promise<Map<string, Revision[]>> {
    const byDraft = new Map<string, Revision[]>();
    for (const { draftId, revision } of await this.known(userId, '')) {
      const others = byDraft.get(draftId);
      if (others === undefined) byDraft.set(draftId, [revision]);
      else others.push(revision);
    }
    return byDraft;
  }

  private async ofDraft(userId: Id, draftId: string): Promise<readonly Revision[]> {
    return (await this.known(userId, `${draftId}#`)).map(({ revision }) => revision);
  }

  private async known(userId: Id, prefix: string) {
    const from = `${REVISION}${prefix}`;
    const items = await this.guard.run(() =>
      this.table.query({
        partition: ['userId', userId],
        sort: ['revision', from, `${from}~`],
        newestFirst: false,
      }),
    );
    return items.filter((item) => !this.isOver(item)).map(toRevision);
  }

  /** What has expired may be there for days more. */
  private isOver({ expiresAt }: Item): boolean {
    return expiresAt !== undefined && Number(expiresAt) <= this.seconds();
  }

  private seconds(): number {
    return Math.floor(this.now() / 1_000);
  }
}

/** How many there are that are not deleted. */
function liveOf(drafts: ReadonlyMap<string, readonly Revision[]>): number {
  return [...drafts.values()].filter((all) => mergeRevisions(all).winner?.deleted === false).length;
}

const REVISION = 'm#';
const DOCUMENT = 'b#';

function revisionKey(userId: Id, draftId: string, id: string) {
  return { userId, revision: `${REVISION}${draftId}#${id}` };
}

function documentKey(userId: Id, draftId: string, id: string) {
  return { userId, revision: `${DOCUMENT}${draftId}#${id}` };
}

/** The table takes no empty text where its indexes might: what is empty is left out. */
function toItem(
  userId: Id,
  draftId: string,
  { id, parents, title, deleted, ...rest }: Revision,
): Item {
  return {
    ...revisionKey(userId, draftId, id),
    ...rest,
    ...(parents.length > 0 && { parents: parents.join(' ') }),
    ...(title !== '' && { title }),
    ...(deleted && { deleted: 1 }),
  };
}

function toRevision(item: Item): { readonly draftId: string; readonly revision: Revision } {
  const [, draftId = '', id = ''] = String(item.revision).split('#');
  const { parents, generation, at, region, title, slug } = item;
  return {
    draftId,
    revision: {
      id,
      parents: parents === undefined ? [] : String(parents).split(' '),
      generation: Number(generation),
      at: Number(at),
      region: String(region),
      title: String(title ?? ''),
      deleted: item.deleted !== undefined,
      ...(slug !== undefined && { slug: String(slug) }),
    },
  };
}
