import { type ArticleRow, type FullArticle, slugOfArticle } from '../data/articles';
import { copiedCard } from '../data/cards';
import type { CommentRow } from '../data/comments';
import type { Card } from '../data/identity';
import type { Id } from '../platform/ids';
import type { Told } from '../platform/notifications';
import type { TopologyDocument } from '../topology';
import type { Dependencies } from './dependencies';
import { articlesOf, cardsOf, type Ties, tiesOf } from './reading';

/** Bodies of the public contract, in the order of its examples, as one viewer or nobody sees them. */
export interface Presenter {
  readonly deps: Dependencies;
  readonly document: TopologyDocument;
  readonly viewerId: Id | undefined;
}

export async function presentArticle(by: Presenter, article: FullArticle, favorited?: boolean) {
  const about = { articles: [article.id], users: [article.authorId] };
  const [cards, ties] = await Promise.all([
    authorsOf(by, [article], about.users),
    tiesOf(by.deps, by.document, by.viewerId, about),
  ]);
  const { slug, title, description, ...rest } = toSummary(article, cards, ties);
  return {
    article: {
      slug,
      title,
      description,
      body: article.body,
      ...rest,
      ...(favorited !== undefined && { favorited }),
    },
  };
}

/** Without bodies, in the order given. */
export async function presentArticles(by: Presenter, articles: readonly ArticleRow[]) {
  const users = [...new Set(articles.map(({ authorId }) => authorId))];
  const [cards, ties] = await Promise.all([
    authorsOf(by, articles, users),
    tiesOf(by.deps, by.document, by.viewerId, { articles: articles.map(({ id }) => id), users }),
  ]);
  return articles.map((article) => toSummary(article, cards, ties));
}

/** With a cache, whose entries of articles outlive a change of a card, cards have their own. */
async function authorsOf(
  { deps, document }: Presenter,
  articles: readonly ArticleRow[],
  users: readonly Id[],
): Promise<ReadonlyMap<Id, Card>> {
  const copied = new Map<Id, Card>();
  for (const article of deps.cache.state === 'off' ? articles : []) {
    const card = copiedCard(article);
    if (card !== undefined) copied.set(article.authorId, card);
  }
  const missing = users.filter((id) => !copied.has(id));
  if (missing.length === 0) return copied;
  const asked = await cardsOf(deps, document, missing);
  return copied.size === 0 ? asked : new Map([...copied, ...asked]);
}

export async function presentComments(by: Presenter, comments: readonly CommentRow[]) {
  const users = [...new Set(comments.map(({ authorId }) => authorId))];
  const [cards, ties] = await Promise.all([
    cardsOf(by.deps, by.document, users),
    tiesOf(by.deps, by.document, by.viewerId, { users }),
  ]);
  return comments.map(({ no, authorId, body, createdAt, updatedAt }) => ({
    id: no,
    createdAt,
    updatedAt,
    body,
    author: toProfile(authorId, cards, ties),
  }));
}

export async function presentProfile(by: Presenter, userId: Id, following?: boolean) {
  const users = [userId];
  const [cards, ties] = await Promise.all([
    cardsOf(by.deps, by.document, users),
    tiesOf(by.deps, by.document, by.viewerId, { users }),
  ]);
  const profile = toProfile(userId, cards, ties);
  return { profile: { ...profile, ...(following !== undefined && { following }) } };
}

/** In the order given. */
export async function presentProfiles(by: Presenter, users: readonly Id[]) {
  const [cards, ties] = await Promise.all([
    cardsOf(by.deps, by.document, users),
    tiesOf(by.deps, by.document, by.viewerId, { users }),
  ]);
  return users.filter((id) => cards.has(id)).map((id) => toProfile(id, cards, ties));
}

/** In the order given; what a notification is about may be gone by now. */
export async function presentNotifications(by: Presenter, notifications: readonly Told[]) {
  const users = [...new Set(notifications.map(({ actorId }) => actorId))];
  const ids = [...new Set(notifications.flatMap(({ articleId }) => articleId ?? []))];
  const [cards, ties, articles] = await Promise.all([
    cardsOf(by.deps, by.document, users),
    tiesOf(by.deps, by.document, by.viewerId, { users }),
    articlesOf(by.deps, by.document, ids),
  ]);
  return notifications.map(({ id, kind, createdAt, read, actorId, articleId }) => {
    const article = articleId === undefined ? undefined : articles.get(articleId);
    return {
      ...{ id, kind, createdAt, read },
      actor: toProfile(actorId, cards, ties),
      article:
        article === undefined ? null : { slug: slugOfArticle(article), title: article.title },
    };
  });
}

function toSummary(article: ArticleRow, cards: ReadonlyMap<Id, Card>, ties: Ties) {
  const { id, authorId, title, description, tagList, createdAt, updatedAt } = article;
  return {
    slug: slugOfArticle(article),
    title,
    description,
    tagList,
    createdAt,
    updatedAt,
    favorited: ties.favored.has(id),
    favoritesCount: article.favoritesCount,
    author: toProfile(authorId, cards, ties),
  };
}

/** Of somebody who has not arrived in this Region yet, a card without a name. */
const UNKNOWN: Card = { username: '', bio: null, image: null };

function toProfile(userId: Id, cards: ReadonlyMap<Id, Card>, { followed }: Ties) {
  const { username, bio, image } = cards.get(userId) ?? UNKNOWN;
  return { username, bio, image, following: followed.has(userId) };
}
