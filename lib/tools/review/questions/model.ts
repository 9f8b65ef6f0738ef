/** What is lost, as it is asked: `region:eu-west-1`, `az:eu-west-1a`, … */
export type Loss =
  | { readonly kind: 'region'; readonly region: string }
  /** The Region runs, and reaches no other. */
  | { readonly kind: 'partition'; readonly region: string }
  | { readonly kind: 'az'; readonly zone: string; readonly region: string }
  | { readonly kind: 'service'; readonly service: string; readonly region: string }
  | { readonly kind: 'control-plane'; readonly service: string }
  | { readonly kind: 'resource'; readonly key: string };

export interface Effect {
  /** Continents (Route 53 codes) whose users are affected, nearest to the Region that is hit. */
  readonly users: readonly string[];
  /** Share of all users, 0 to 1: of these continents, or of the shards that are not written. */
  readonly share: number;
  readonly operations: readonly ('reads' | 'writes')[];
  /** Seconds until it is over by the declared clocks, that of a person's decision among them. */
  readonly seconds: number | null;
  /** What ends it: clocks, a person's decision, or nothing but repair. */
  readonly endedBy: 'clocks' | 'person' | 'repair';
  readonly why: string;
  /** Resources from the users to what is lost, which prove it. */
  readonly path: readonly string[];
}

export interface DataAtRisk {
  /** Resource that holds the data. */
  readonly resource: string;
  /** Most seconds of acknowledged writes that may be lost; `null` where nothing bounds it. */
  readonly seconds: number | null;
  readonly why: string;
}

export interface RemainingCapacity {
  readonly resource: string;
  readonly region: string;
  /** Requests a second that the fewest servers carry now. */
  readonly carries: number;
  /** Requests a second that it has to carry now; `null` where no demand is declared. */
  readonly needs: number | null;
}

/** Schema: docs/schemas/review-lose.schema.json. */
export interface LossReport {
  readonly schemaVersion: 1;
  readonly lost: string;
  /** Resources that are lost. */
  readonly resources: number;
  readonly effects: readonly Effect[];
  readonly dataAtRisk: readonly DataAtRisk[];
  readonly capacity: readonly RemainingCapacity[];
  /** What a person must do, in order. */
  readonly person: readonly string[];
}
