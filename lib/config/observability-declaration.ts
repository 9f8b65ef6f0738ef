/** What is seen of a deployment beside its alarms, which are always there. */
export interface ObservabilityDeclaration {
  /**
   * A dashboard of each Region, in its own stack of alarms, and one of all Regions in us-east-1. Each costs
   * 3 USD a month. @default true from stage `load-balanced` on
   */
  readonly dashboards?: boolean;
  /**
   * Requests that each Region sends each minute, from its own network, to its own name, to the next
   * Region's and to the product's, or `false` for none. About 2.60 USD a month for each Region.
   * @default none
   */
  readonly canaries?: CanariesDeclaration | false;
}

/** What canaries ask for, beside whether a Region is ready and the first page. */
export interface CanariesDeclaration {
  /**
   * Path below `/api/` that answers anybody with 200 and JSON.
   * @default /api/tags of the sample workload; a service of your own names one
   */
  readonly readPath?: string;
  /** Answers that take longer, five minutes in a row, ring; 100 to 10000 milliseconds. @default 2000 */
  readonly slowMilliseconds?: number;
}

/** The same with every default filled in. */
export interface Observability {
  readonly dashboards: boolean;
  /** `undefined` for none. */
  readonly canaries: Required<CanariesDeclaration> | undefined;
}
