/** What the CDN's distribution says, reduced to what its stand-in does. */
export interface EdgeConfig {
  /** In the order of the distribution; the first whose pattern matches holds. */
  readonly behaviors: readonly EdgeBehavior[];
  /** For requests that no pattern matches. */
  readonly otherwise: Omit<EdgeBehavior, 'pattern'>;
  /** Object served for `/`; empty where the distribution names none. */
  readonly rootObject: string;
  /** The Region that answers, where requests are not steered by DNS. */
  readonly region?: string;
}

export interface EdgeBehavior {
  /** With the wildcards `*` and `?`. */
  readonly pattern: string;
  readonly target: EdgeTarget;
  /** Code of the CloudFront function that sees each viewer's request. */
  readonly viewerFunction?: string;
  /** What the edge adds to every answer. @default nothing */
  readonly responseHeaders?: readonly ResponseHeader[];
  /** How it keeps answers to GET. @default it keeps none */
  readonly caching?: EdgeCaching;
}

/** A cache policy: for how long answers are kept, and what of a request tells them apart beside the path. */
export interface EdgeCaching {
  readonly minSeconds: number;
  /** Where the origin says nothing. */
  readonly defaultSeconds: number;
  /** At least 1: a policy with 0 keeps nothing. */
  readonly maxSeconds: number;
  readonly queryStrings: Selection;
  /** Names in lower case. */
  readonly headers: readonly string[];
  readonly cookies: Selection;
  /** Of what the viewer takes, what it may be sent. */
  readonly encodings: readonly ('br' | 'gzip')[];
  /** Whether the edge compresses by itself. */
  readonly compress: boolean;
}

/** Of query strings or cookies, by name. */
export type Selection =
  'none' | 'all' | { readonly only: readonly string[] } | { readonly except: readonly string[] };

export interface ResponseHeader {
  /** In lower case. */
  readonly name: string;
  readonly value: string;
  /** Whether it replaces the origin's; else it is added where the origin has none of its group. */
  readonly override: boolean;
  /** CORS headers go together: the origin's own keep all of them away. */
  readonly group: 'security' | 'cors' | 'custom';
}

/**
 * How long the edge waits for an origin, as the distribution says; CloudFront's own where it says nothing. As
 * people's patience it is no clock of the templates' failover: it runs at its own speed.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#request-custom-request-timeout
 */
export interface OriginPatience {
  /** So often it tries to connect; and so often in all to get an answer to a GET or HEAD. */
  readonly attempts: number;
  readonly connectSeconds: number;
  /** Until an answer begins, and between two parts of it. */
  readonly readSeconds: number;
}

export type EdgeTarget =
  | {
      readonly kind: 'balancers';
      /** Name of the origin, which DNS answers with one Region's load balancer. */
      readonly host: string;
      /** Base URL of each Region's load balancer. */
      readonly urls: Readonly<Record<string, string>>;
      /** Custom headers of the origin. */
      readonly headers: Readonly<Record<string, string>>;
      readonly patience?: OriginPatience;
    }
  | {
      /** A function of the edge picks among load balancers, which no name leads to. */
      readonly kind: 'picked';
      /** By the id of the origin. */
      readonly origins: Readonly<Record<string, PickedOrigin>>;
      /** Asked where the function picks none. */
      readonly otherwise: string;
    }
  | {
      readonly kind: 'objects';
      /** In the order of the origin group. */
      readonly members: readonly ObjectOrigin[];
      /** Answers that send a read on to the next member. */
      readonly failoverStatuses: readonly number[];
    };

export interface PickedOrigin {
  readonly region: string;
  /** Base URL of the Region's load balancer. */
  readonly url: string;
  /** Custom headers of the origin. */
  readonly headers: Readonly<Record<string, string>>;
  readonly patience?: OriginPatience;
}

export interface ObjectOrigin {
  readonly region: string;
  readonly url: string;
  /** Virtual-hosted name of the bucket. */
  readonly host: string;
  readonly patience?: OriginPatience;
}

export interface EdgeOptions extends EdgeConfig {
  readonly address: string;
  /** 0 for any free one. */
  readonly port: number;
  /** How many times as fast lifetimes of kept answers run. @default 1 */
  readonly timeScale?: number;
  /** The Region that GeoDNS gives a viewer who asks for `host`; undefined where it gives none. */
  readonly steer?: (host: string, viewer: string) => string | undefined;
  /** Country of a viewer by its address; undefined where it is not known. */
  readonly countryOf?: (viewer: string) => string | undefined;
}

export interface Edge {
  readonly url: string;
  close(): void;
}

export { startEdge } from './private/edge';
export { PATIENCE } from './private/origins';
export { compileViewerFunction } from './private/viewer-function';
export type { ViewerFunction } from './private/viewer-function';
