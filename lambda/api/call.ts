import type { Context } from 'hono';
import type { Place } from '../platform/admission';
import type { Trace } from '../platform/trace';
import { placedIn } from './admit';
import type { Dependencies } from './dependencies';
import { tracedIn } from './tracing';

/** Where headers of an answer go, and its place among those that are worked on. */
export interface Headed {
  header(name: string, value: string): void;
  /** Where it had to be admitted. */
  readonly place?: Place;
  /** Where requests are traced. */
  readonly trace?: Trace | undefined;
}

/** What a read knows of its request: from a context of Hono's, or from Node's own request. */
export interface Call extends Headed {
  /** The first value of each parameter. */
  readonly query: Readonly<Record<string, string>>;
  /** The header's value, empty where there is none. */
  readonly authorization: string;
  /** Of the path, empty where it has none. */
  readonly slug: string;
}

/** Gives the body of the answer. @throws RequestError */
export type ReadRoute = (call: Call, deps: Dependencies) => Promise<object>;

export function callOf(context: Context): Call {
  const { req } = context;
  return {
    query: req.query(),
    authorization: req.header('authorization') ?? '',
    slug: req.param('slug') ?? '',
    header: (name, value) => {
      context.header(name, value);
    },
    ...placedIn(context),
    ...tracedIn(context),
  };
}
