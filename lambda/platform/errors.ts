import { TopologyError } from '../topology';
import { AwsError } from './aws';

/** Messages per field, as the public contract words them: `{"errors": {"field": ["message"]}}`. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/** A request that ends in anything but success; the one way to answer an error. */
export class RequestError extends Error {
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 500 | 503,
    readonly errors: FieldErrors,
    /** Seconds after which the same request may succeed. */
    readonly retryAfterSeconds?: number,
  ) {
    super(`${status} ${JSON.stringify(errors)}`);
    this.name = 'RequestError';
  }
}

/** Seconds that a client is asked to wait: one refresh of the topology document. */
export const RETRY_AFTER_SECONDS = 2;

const RETRY_OVERLOAD_SECONDS = 1;

/** Of a database: no connection could be had, or it was lost. */
export const UNREACHABLE = 'cannot be reached';

/** 503 with `Retry-After`: nothing is wrong with the request, it may succeed soon. */
export function unavailable(what: string, why: string): RequestError {
  return new RequestError(503, { [what]: [why] }, RETRY_AFTER_SECONDS);
}

/** 503 with `Retry-After`: it would take longer than it is worth. Nothing has been done. */
export function overloaded(what: string): RequestError {
  return new RequestError(503, { overload: [`${what} has enough to do`] }, RETRY_OVERLOAD_SECONDS);
}

/** Whether it is refused because there is too much to do, here or where it would have been sent. */
export function isOverload({ status, errors }: RequestError): boolean {
  return status === 503 && errors.overload !== undefined;
}

/** This server may not write what was asked of it, now; another one may. */
export function fenced(why: string): RequestError {
  return unavailable('fenced', why);
}

/**
 * What a deployment keeps only where it declares a table or a bucket for it.
 * @throws RequestError 404 where it does not
 */
export function demandKept<T>(kept: T | undefined, what: string): T {
  if (kept === undefined) throw new RequestError(404, { [what]: ['are not kept here'] });
  return kept;
}

export function invalid(errors: FieldErrors): RequestError {
  return new RequestError(422, errors);
}

/** Codes of postgres.js and PostgreSQL that say that a connection, not a statement, failed. */
const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  '53300', // too_many_connections
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout: it may reach the query after the transaction
]);

/**
 * `invalid_password`, `invalid_authorization_specification`, `invalid_catalog_name`: nobody was let in. So
 * says a copy that has not heard of a new user, or a new database, yet.
 */
const NOT_LET_IN = new Set(['28P01', '28000', '3D000']);

/** `read_only_sql_transaction`: this server is a standby, whatever the topology document says. */
const READ_ONLY = '25006';
/**
 * `query_canceled` (statement timeout), `lock_not_available` (lock timeout) and `deadlock_detected`: nothing has been
 * done, and it may succeed when repeated.
 */
const TIMEOUTS = new Set(['57014', '55P03', '40P01']);
/** `transaction_timeout` and `idle_in_transaction_session_timeout`: the lease, kept by the database. */
const LEASE_TIMEOUTS = new Set(['25P04', '25P03']);
/** The statement conflicts with replay on a standby; it succeeds when repeated. */
const RECOVERY_CONFLICT = '40001';

export function codeOf(error: unknown): string | undefined {
  return textOf(error, 'code');
}

/**
 * A text property of whatever was thrown. Errors of Node's own modules are not always
 * `instanceof Error` where a program runs in a context of its own, as under Jest.
 */
export function textOf(error: unknown, property: 'code' | 'name'): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value = (error as Readonly<Record<string, unknown>>)[property];
  return typeof value === 'string' ? value : undefined;
}

export function isConnectionFailure(error: unknown): boolean {
  return CONNECTION_CODES.has(codeOf(error) ?? '');
}

/** Whether a database let nobody in by this name and password; nothing was asked of it. */
export function isNotLetIn(error: unknown): boolean {
  return NOT_LET_IN.has(codeOf(error) ?? '');
}

/** Turns whatever was thrown into an answer; `undefined` for a defect of this program. */
export function toRequestError(error: unknown): RequestError | undefined {
  if (error instanceof RequestError) return error;
  if (error instanceof TopologyError) return unavailable('topology', 'cannot be read');
  if (error instanceof AwsError && error.transient)
    return unavailable('service', 'a data service does not answer');
  const code = codeOf(error);
  if (code === READ_ONLY) return unavailable('database', 'does not accept writes at the moment');
  if (code !== undefined && LEASE_TIMEOUTS.has(code))
    return fenced('the lease on the topology document ran out during the write');
  if (isConnectionFailure(error)) return unavailable('database', UNREACHABLE);
  if (isNotLetIn(error)) return unavailable('database', 'does not let this server in yet');
  if (code !== undefined && (TIMEOUTS.has(code) || code === RECOVERY_CONFLICT))
    return unavailable('database', 'did not answer in time');
  return undefined;
}

/** Whether something does not answer that may answer soon: neither a defect nor the client's fault. */
export function isOutage(error: unknown): boolean {
  return toRequestError(error)?.status === 503;
}
