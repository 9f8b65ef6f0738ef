/** Types of record that are served. */
export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'TXT' | 'MX' | 'SRV' | 'CAA' | 'NS' | 'PTR';

/** Where something is, in degrees; north and east are positive. */
export interface Coordinates {
  readonly latitude: number;
  readonly longitude: number;
}

/** Two-letter codes as Route 53 has them; none of the three is the default location. */
export interface GeoPolicy {
  readonly kind: 'geolocation';
  readonly continent?: string;
  readonly country?: string;
}

export type RoutingPolicy =
  | { readonly kind: 'simple' }
  | { readonly kind: 'latency'; readonly region: string }
  | { readonly kind: 'weighted'; readonly weight: number }
  | { readonly kind: 'failover'; readonly role: 'PRIMARY' | 'SECONDARY' }
  | { readonly kind: 'multivalue' }
  | {
      readonly kind: 'geoproximity';
      readonly at: Coordinates | { readonly region: string };
      /** -99 to 99: a positive one draws clients near, a negative one keeps them away. */
      readonly bias: number;
    }
  /** Blocks of the client's network, `ADDRESS/PREFIX`; without any it is the default location. */
  | { readonly kind: 'ip-based'; readonly blocks: readonly string[] | undefined }
  | GeoPolicy;

/** A record set as Route 53 has it, with everything resolved that a local server needs. */
export interface RecordSet {
  /** Key of the resource that declares it. */
  readonly key: string;
  /** Lower case, without the final dot. */
  readonly name: string;
  readonly type: RecordType;
  /** Seconds. */
  readonly ttl: number;
  /** Values in presentation form; empty for an alias to another name of the zone. */
  readonly values: readonly string[];
  /** Name of the zone whose records of the same type are answered instead. */
  readonly alias?: string;
  /** True where the health of what an alias points to counts. */
  readonly evaluateTargetHealth: boolean;
  /** Key of the resource an alias points to, for example a load balancer. */
  readonly target?: string;
  readonly policy: RoutingPolicy;
  readonly setIdentifier?: string;
  /** Key of the health check. */
  readonly healthCheck?: string;
}

/**
 * Health of a health check or of an alias's target, by its key. `undefined`: not known (yet), which
 * Route 53 treats as healthy.
 */
export type Health = (key: string) => boolean | undefined;

/** Where a client is, as far as its address tells. */
export interface ClientLocation {
  readonly continent?: string;
  readonly country?: string;
  readonly coordinates?: Coordinates;
}

export interface Question {
  /** In any case, without the final dot. */
  readonly name: string;
  /** Number of the type, for example 1 for `A`. */
  readonly type: number;
}

/** Values that answer a question, as they stand in a message. */
export interface Answer {
  readonly rcode: number;
  /** One entry per record. */
  readonly records: readonly WireRecord[];
  /** Start of authority, for an answer without records. */
  readonly soa?: WireRecord;
  /** True where another client might get another answer. */
  readonly byLocation: boolean;
}

export interface WireRecord {
  /** Owner; `undefined` is the name that was asked. */
  readonly owner?: string;
  readonly type: number;
  /** Seconds. */
  readonly ttl: number;
  readonly data: Buffer;
}
