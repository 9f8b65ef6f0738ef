/** What is seen of a deployment beside its alarms, which are always there. */
export interface ObservabilityDeclaration {
  /**
   * A dashboard of each Region, in its own stack of alarms, and one of all Regions in us-east-1. Each costs
   * 3 USD a month. @default true from stage `load-balanced` on
   */
  readonly dashboards?: boolean;
}

/** The same with every default filled in. */
export interface Observability {
  readonly dashboards: boolean;
}
