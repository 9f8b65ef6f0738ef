/** What an experiment of the Fault Injection Service takes away, and gives back after some minutes. */
export const EXPERIMENT_KINDS = [
  /** One for each zone: its subnets, its instances, writers and cache nodes in it. */
  'zone-power',
  /** One for each other Region: what servers send there, and copies of uploads and tables. */
  'region-connectivity',
  /** One for each cluster of an `aurora` store: its writer gives way to a reader of the Region. */
  'database-failover',
] as const;
export type ExperimentKind = (typeof EXPERIMENT_KINDS)[number];

/** Longest that the service carries out an action: twelve hours. */
export const MOST_EXPERIMENT_MINUTES = 720;

/** Experiments that a person starts on AWS, in each Region; the Region's alarm stops them. */
export interface ExperimentsDeclaration {
  /** At least one. @default all that the deployment has something for */
  readonly kinds?: readonly ExperimentKind[];
  /** How long a zone or a connection is away, 1 to 720. @default 10 */
  readonly minutes?: number;
}

/** Declared experiments with every default filled in. */
export interface Experiments {
  readonly kinds: readonly ExperimentKind[];
  readonly minutes: number;
}

/** Key of the tag, with the deployment's name as its value, of what experiments find by tag only. */
export const EXPERIMENT_TAG = 'fault-injection';
