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
  /**
   * What the account is meant to cost a month, and who is told before it costs more, or `false` for none.
   * `meridian cost` holds what stands against it. Budgets that only tell cost nothing. @default none
   */
  readonly budget?: BudgetDeclaration | false;
  /**
   * What users are promised of each Region, or `false` for nothing: alarms ring when the errors that it allows in 30
   * days are used up too quickly, and when answers are late. About 2.30 USD a month for each Region.
   * @default none
   */
  readonly objectives?: ServiceObjectivesDeclaration | false;
  /**
   * Whether what a request does is told by one id in the logs of all Regions, and a share of it sent to CloudWatch as
   * spans. The account has Transaction Search switched on in each Region; spans are billed by the GB. @default none
   */
  readonly tracing?: TracingDeclaration | false;
}

/** Which traces are kept. */
export interface TracingDeclaration {
  /** Share that is sent, 0 to 1: of 0 log lines bear ids, and nothing is sent. @default 0.05 */
  readonly sampledShare?: number;
}

/** What the load balancer of each Region measures, over 30 days. */
export interface ServiceObjectivesDeclaration {
  /** Share of the answers that are no error of the server, 0.9 to 0.99999. */
  readonly availability: number;
  /** How late answers may be. @default nothing is promised */
  readonly latency?: LatencyObjective;
}

/** Rings where it is missed for a quarter of an hour. */
export interface LatencyObjective {
  /** How many in a hundred are quicker: 95 or 99. */
  readonly percentile: 95 | 99;
  /** From the request at the load balancer to the answer's first byte, 10 to 60000. */
  readonly milliseconds: number;
}

/** A budget of AWS Budgets over all costs of the account, others' in it included. */
export interface BudgetDeclaration {
  /** US dollars a month, 1 to 10000000. */
  readonly usdPerMonth: number;
  /** Addresses that are told, 1 to 10. */
  readonly emails: readonly string[];
  /** Percents of the budget, 1 to 1000: who is told when so much is spent. @default 80 and 100 */
  readonly spentPercents?: readonly number[];
  /**
   * The same of what AWS expects to be spent by the end of the month, which it does after five weeks;
   * together with `spentPercents` 1 to 5. @default 100
   */
  readonly expectedPercents?: readonly number[];
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
  /** `undefined` for none. */
  readonly budget: Required<BudgetDeclaration> | undefined;
  /** `undefined` for none. */
  readonly objectives: ServiceObjectives | undefined;
  /** `undefined` for none. */
  readonly tracing: Required<TracingDeclaration> | undefined;
}

/** {@link ServiceObjectivesDeclaration} with every default filled in. */
export interface ServiceObjectives {
  readonly availability: number;
  /** `undefined` for none. */
  readonly latency: LatencyObjective | undefined;
}

/** All budgets of an account, as what publishes for them calls itself. */
export function budgetsOf(account: string): string {
  return `arn:aws:budgets::${account}:*`;
}
