import { RequestError, toRequestError } from '../platform/errors';
import type { Dependencies } from './dependencies';

/** A defect of ours is an error in the log and a bare 500; an outage is a warning and a 503. */
export function answerOf({ log }: Dependencies, path: string, error: unknown): RequestError {
  const known = toRequestError(error);
  if (known === undefined) log('error', 'request failed', { path, error });
  else if (known !== error) log('warn', 'request failed', { path, reason: String(error) });
  return known ?? new RequestError(500, { server: ['unexpected error'] });
}
