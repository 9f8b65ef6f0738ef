import type { NewArticle } from '../data/articles';
import { type FieldErrors, invalid } from '../platform/errors';
import { type DraftDocument, LARGEST_DOCUMENT } from '../platform/drafts';
import { canonicalName } from '../platform/directory';
import { decodeId, type Id } from '../platform/ids';
import { keyOf } from '../platform/notifications';
import { isRevisionId } from '../platform/revisions';

export interface Registration {
  readonly username: string;
  readonly email: string;
  readonly password: string;
}

export type Credentials = Omit<Registration, 'username'>;

export interface Page {
  readonly limit: number;
  readonly offset: number;
  /** Only articles that are older than this one. */
  readonly before: Id | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const BLANK = "can't be blank";
/** Neither PostgreSQL's text nor UTF-8 can hold these. */
const UNSTORABLE = /\0|\p{Surrogate}/u;
/** Letters and digits of any script; what a path segment carries without escaping, and no step upwards. */
const USERNAME = /^(?!\.{1,2}$)[\p{L}\p{M}\p{N}._-]+$/u;
/** Nothing that cannot be seen. */
const EMAIL = /^[^\s@\p{Cc}\p{Cf}]+@[^\s@\p{Cc}\p{Cf}]+$/u;

/** Greatest lengths, in characters (code points). */
const LONGEST = {
  username: 64,
  email: 254,
  password: 256,
  title: 256,
  description: 1_024,
  body: 500_000,
  tag: 64,
  comment: 50_000,
  bio: 4_000,
  image: 2_000,
  search: 200,
};
const MOST_TAGS = 50;
/** NIST SP 800-63B: length only, no rules of composition. */
const SHORTEST_PASSWORD = 8;

/** @throws RequestError 422 with every field's faults */
export function parseRegistration(body: Fields): Registration {
  const check = new Check(section(body, 'user'));
  return check.finish({
    username: check.name('username', USERNAME),
    email: check.name('email', EMAIL),
    password: check.password('password'),
  });
}

/** @throws RequestError 422 with every field's faults */
export function parseCredentials(body: Fields): Credentials {
  const check = new Check(section(body, 'user'));
  return check.finish({
    email: check.name('email'),
    password: check.password('password', 1),
  });
}

/** @throws RequestError 422 with every field's faults */
export function parseArticle(body: Fields): NewArticle {
  const check = new Check(section(body, 'article'));
  return check.finish({
    title: check.text('title', LONGEST.title),
    description: check.text('description', LONGEST.description),
    body: check.text('body', LONGEST.body),
    tagList: check.tags('tagList'),
  });
}

/** What is absent stays; `tagList: []` clears, `null` is none. @throws RequestError 422 */
export function parseArticleChange(body: Fields): Partial<NewArticle> {
  const fields = section(body, 'article');
  const check = new Check(fields);
  const texts = (['title', 'description', 'body'] as const).filter((name) => name in fields);
  return check.finish({
    ...Object.fromEntries(texts.map((name) => [name, check.text(name, LONGEST[name])])),
    ...('tagList' in fields && { tagList: check.tags('tagList') }),
  });
}

/** @throws RequestError 422 */
export function parseComment(body: Fields): string {
  const check = new Check(section(body, 'comment'));
  return check.finish(check.text('body', LONGEST.comment));
}

/** A user's changes; what is absent stays. */
export interface UserInput {
  readonly username?: string;
  readonly email?: string;
  readonly password?: string;
  readonly bio?: string | null;
  readonly image?: string | null;
}

/** @throws RequestError 422 with every field's faults */
export function parseUserChange(body: Fields): UserInput {
  const fields = section(body, 'user');
  const check = new Check(fields);
  const given = <T>(name: string, read: () => T) => (name in fields ? { [name]: read() } : {});
  return check.finish({
    ...given('username', () => check.name('username', USERNAME)),
    ...given('email', () => check.name('email', EMAIL)),
    ...given('password', () => check.password('password')),
    ...given('bio', () => check.textOrNone('bio', LONGEST.bio)),
    ...given('image', () => check.textOrNone('image', LONGEST.image)),
  });
}

/** Images that every browser shows and none runs, and what their names end in. */
export const IMAGE_TYPES: Readonly<Record<string, string>> = {
  'image/avif': 'avif',
  'image/gif': 'gif',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
};
export const LARGEST_UPLOAD_BYTES = 5_000_000;

/** A file that is to be uploaded. */
export interface UploadInput {
  /** One of {@link IMAGE_TYPES}. */
  readonly contentType: string;
  /** Bytes. */
  readonly size: number;
}

/** @throws RequestError 422 with every field's faults */
export function parseUpload(body: Fields): UploadInput {
  const check = new Check(section(body, 'upload'));
  return check.finish({
    contentType: check.oneOf('contentType', Object.keys(IMAGE_TYPES)),
    size: check.count('size', LARGEST_UPLOAD_BYTES),
  });
}

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
/** Deeper pages cost as much as they skip. */
const MAX_OFFSET = 10_000;

/** @throws RequestError 422 */
export function parsePage(query: Readonly<Record<string, string>>): Page {
  const check = new Check(query);
  return check.finish({
    limit: check.integer('limit', DEFAULT_LIMIT, 1, MAX_LIMIT),
    offset: check.integer('offset', 0, 0, MAX_OFFSET),
    before: check.cursor('cursor'),
  });
}

/** @throws RequestError 422 */
export function parseLimit(query: Readonly<Record<string, string>>): number {
  const check = new Check(query);
  return check.finish(check.integer('limit', DEFAULT_LIMIT, 1, MAX_LIMIT));
}

/** A draft may lack everything that an article must have. @throws RequestError 422 with every field's faults */
export function parseDraft(body: Fields): DraftDocument {
  const check = new Check(section(body, 'draft'));
  const document = check.finish({
    title: check.textOrEmpty('title', LONGEST.title),
    description: check.textOrEmpty('description', LONGEST.description),
    body: check.textOrEmpty('body', LARGEST_DOCUMENT),
    tagList: check.tags('tagList'),
  });
  if (Buffer.byteLength(JSON.stringify(document)) > LARGEST_DOCUMENT)
    throw invalid({ draft: [`is too long (maximum is ${LARGEST_DOCUMENT} bytes)`] });
  return document;
}

const MOST_PARENTS = 20;

/** The revisions that a draft was made from; absent: the one that is shown. @throws RequestError 422 */
export function parseParents({ parents }: Fields): readonly string[] | undefined {
  if (parents === undefined) return undefined;
  const known = (one: unknown): one is string => typeof one === 'string' && isRevisionId(one);
  if (!Array.isArray(parents) || parents.length > MOST_PARENTS || !parents.every(known))
    throw invalid({ parents: [`must be up to ${MOST_PARENTS} revisions`] });
  return parents;
}

/** The revision that is to be published; absent: the one that is shown. @throws RequestError 422 */
export function parseRevision({ revision }: Fields): string | undefined {
  if (revision === undefined) return undefined;
  if (typeof revision !== 'string' || !isRevisionId(revision))
    throw invalid({ revision: ['is invalid'] });
  return revision;
}

/** Of a list whose cursor is the id of what was listed last. */
export interface MarkedPage {
  readonly limit: number;
  readonly before?: string;
}

/** @throws RequestError 422 */
export function parseNotificationPage(query: Readonly<Record<string, string>>): MarkedPage {
  const limit = parseLimit(query);
  const { before } = query;
  if (before === undefined) return { limit };
  if (keyOf(before) === undefined) throw invalid({ before: ['is invalid'] });
  return { limit, before };
}

/** Up to which notification somebody has read; absent where it is all of them. @throws RequestError 422 */
export function parseReadMark({ upTo }: Fields): string | undefined {
  if (upTo === undefined) return undefined;
  if (typeof upTo !== 'string' || keyOf(upTo) === undefined)
    throw invalid({ upTo: ['is invalid'] });
  return upTo;
}

/** The words that are searched for. @throws RequestError 422 */
export function parseSearch(query: Readonly<Record<string, string>>): string {
  const check = new Check(query);
  return check.finish(check.text('q', LONGEST.search));
}

/** @throws RequestError 422 for a text that no stored text can equal */
export function parseFilter(
  query: Readonly<Record<string, string>>,
  name: string,
): string | undefined {
  const value = query[name];
  if (value !== undefined && UNSTORABLE.test(value)) throw invalid({ [name]: ['is invalid'] });
  return value;
}

function section(body: Fields, name: string): Fields {
  const value = body[name];
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid({ [name]: [value === undefined || value === null ? BLANK : 'is invalid'] });
  return value as Fields;
}

/** Collects faults by field, so that one answer names them all. */
class Check {
  private readonly errors: Record<string, string[]> = {};

  constructor(private readonly fields: Fields) {}

  finish<T>(value: T): T {
    if (Object.keys(this.errors).length > 0) throw invalid(this.errors satisfies FieldErrors);
    return value;
  }

  text(name: string, longest: number, form?: RegExp): string {
    const value = this.fields[name];
    if (value === undefined || value === null || (typeof value === 'string' && !value.trim()))
      return this.fault(name, BLANK);
    if (typeof value !== 'string' || UNSTORABLE.test(value)) return this.fault(name, 'is invalid');
    if (form?.test(value) === false) return this.fault(name, 'is invalid');
    if (lengthOf(value) > longest)
      return this.fault(name, `is too long (maximum is ${longest} characters)`);
    return value;
  }

  /** As long as it is written and as it is compared: of some characters, normalization makes eighteen. */
  name(name: 'username' | 'email', form?: RegExp): string {
    const value = this.text(name, LONGEST[name], form);
    if (lengthOf(value) === 0 || lengthOf(canonicalName(value)) <= LONGEST[name]) return value;
    return this.fault(name, `is too long (maximum is ${LONGEST[name]} characters)`);
  }

  /** Empty and null are none. */
  textOrNone(name: string, longest: number): string | null {
    const value = this.fields[name];
    if (value === null || value === '') return null;
    if (typeof value !== 'string' || UNSTORABLE.test(value)) return this.fault(name, 'is invalid');
    if (lengthOf(value) > longest)
      return this.fault(name, `is too long (maximum is ${longest} characters)`);
    return value;
  }

  /** What is absent or null is empty. */
  textOrEmpty(name: string, longest: number): string {
    return this.fields[name] === undefined ? '' : (this.textOrNone(name, longest) ?? '');
  }

  /** An article's id as slugs end in it. */
  cursor(name: string): Id | undefined {
    const value = this.fields[name];
    if (value === undefined) return undefined;
    const id = typeof value === 'string' ? decodeId(value) : undefined;
    if (id === undefined) this.fault(name, 'is invalid');
    return id;
  }

  password(name: string, shortest = SHORTEST_PASSWORD): string {
    const value = this.fields[name];
    // Spaces are characters like others here: a blank password is an empty one.
    if (value === undefined || value === null || value === '') return this.fault(name, BLANK);
    if (typeof value !== 'string' || UNSTORABLE.test(value)) return this.fault(name, 'is invalid');
    if (lengthOf(value) < shortest)
      return this.fault(name, `is too short (minimum is ${shortest} characters)`);
    if (lengthOf(value) > LONGEST.password)
      return this.fault(name, `is too long (maximum is ${LONGEST.password} characters)`);
    return value;
  }

  tags(name: string): readonly string[] {
    const value = this.fields[name];
    if (value === undefined) return [];
    const usable = (tag: unknown): tag is string =>
      typeof tag === 'string' &&
      tag.trim() !== '' &&
      lengthOf(tag) <= LONGEST.tag &&
      !UNSTORABLE.test(tag);
    if (!Array.isArray(value) || value.length > MOST_TAGS || !value.every(usable)) {
      const allowed = `must be up to ${MOST_TAGS} texts of 1 to ${LONGEST.tag} characters`;
      this.fault(name, allowed);
      return [];
    }
    return [...new Set(value.map((tag: string) => tag.trim()))];
  }

  integer(name: string, fallback: number, least: number, most: number): number {
    const value = this.fields[name] ?? String(fallback);
    const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    if (!(number >= least && number <= most))
      this.fault(name, `must be between ${least} and ${most}`);
    return number;
  }

  oneOf(name: string, allowed: readonly string[]): string {
    const value = this.fields[name];
    if (value === undefined || value === null) return this.fault(name, BLANK);
    if (typeof value === 'string' && allowed.includes(value)) return value;
    return this.fault(name, `must be one of ${allowed.join(', ')}`);
  }

  /** A number of JSON, not a text. */
  count(name: string, most: number): number {
    const value = this.fields[name];
    if (value === undefined || value === null) this.fault(name, BLANK);
    else if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most)
      return value;
    else this.fault(name, `must be an integer between 1 and ${most}`);
    return 0;
  }

  private fault(name: string, message: string): '' {
    (this.errors[name] ??= []).push(message);
    return '';
  }
}

/** In characters as people count them, not in UTF-16 units. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}
