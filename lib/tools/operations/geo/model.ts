import type { Coordinates } from './private/sphere';

/** A place from which somebody looks: a country as a whole, or a city. */
export interface Client {
  /** `JP` or `Tokyo`; what `--only` takes. */
  readonly id: string;
  readonly kind: 'country' | 'vantage';
  readonly label: string;
  /** ISO 3166 code. */
  readonly country: string;
  /** As Route 53 has them: AF, AN, AS, EU, NA, OC, SA. */
  readonly continent: string;
  /** `undefined` where no table knows it. */
  readonly coordinates?: Coordinates;
  /** First address of a /24 of the place; a vantage point's is reserved for documentation. */
  readonly network?: string;
}

/** How a client gets to a Region: by way of the CDN in two hops, or straight. */
export type HopKind = 'edge' | 'origin' | 'direct';

export interface Hop {
  readonly name: string;
  readonly kind: HopKind;
  /** Routing policy of the name's records. */
  readonly policy: string;
}

/** What an answer leads to. */
export interface Reach {
  /** A Region, `edge` for the CDN, else an address or name of no Region. */
  readonly target: string;
  /** Share of the answers, 0 to 1; 0 for what is `near` only. */
  readonly share: number;
  /** True where a map cannot tell it from the nearest: its answer is no difference. */
  readonly near: boolean;
  /** True where it is expected although its Region is lost. */
  readonly dead: boolean;
}

export type Verdict = 'expected' | 'near' | 'differs' | 'unknown' | 'not-asked';

/** What one client should and does get for one name. */
export interface Sight {
  readonly name: string;
  readonly hop: HopKind;
  readonly expected: readonly Reach[];
  /** Regions, `edge`, or addresses that are none of these; `null` where nobody was asked. */
  readonly answered: readonly string[] | null;
  readonly verdict: Verdict;
  /** Why it is unknown or was not asked; empty otherwise. */
  readonly reason: string;
  /** False where nobody, or only a lost Region, would answer. */
  readonly served: boolean;
}

export interface ClientView {
  readonly client: Client;
  readonly sights: readonly Sight[];
}

export type HealthWord = 'healthy' | 'unhealthy' | 'unknown' | 'not-asked';

/** A health check of the templates and what Route 53 says of it. */
export interface CheckView {
  /** `STACK_ID/LOGICAL_ID` */
  readonly check: string;
  readonly region: string;
  /** What it looks at, for a person. */
  readonly watches: string;
  readonly state: HealthWord;
  /** Why the state is unknown; empty otherwise. */
  readonly reason: string;
  /** Last failures as the checkers tell them. */
  readonly failures: readonly {
    readonly from: string;
    readonly status: string;
    readonly at: string;
  }[];
}

export interface Asked {
  readonly kind: 'nobody' | 'dns' | 'route53';
  /** `HOST:PORT` or the zone's id; empty for nobody. */
  readonly at: string;
}

/** Schema: docs/schemas/geo.schema.json. */
export interface GeoReport {
  readonly schemaVersion: 1;
  readonly asked: Asked;
  /** Regions taken for lost. */
  readonly lost: readonly string[];
  readonly hops: readonly Hop[];
  readonly clients: readonly ClientView[];
  readonly health: readonly CheckView[];
  /** Records that could not be read, and why. */
  readonly unread: readonly { readonly record: string; readonly reason: string }[];
  readonly summary: Readonly<Record<Verdict | 'sights' | 'unserved' | 'unhealthy', number>>;
}
