import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** One action of an experiment, what it is carried out on, and what it needs for that. */
export interface ExperimentPart {
  /** Of action and target, unique in its experiment. */
  readonly name: string;
  /** Such as `aws:rds:failover-db-cluster`. */
  readonly actionId: string;
  /** @default none */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly target: ExperimentTarget;
  readonly statements: readonly PolicyStatement[];
}

/** What an action is carried out on. */
export interface ExperimentTarget {
  /** Name that the action has for its targets, such as `Subnets`. */
  readonly role: string;
  /** Such as `aws:ec2:subnet`. */
  readonly type: string;
  /** At most five ARNs, or tags where the service finds resources of the type by nothing else. */
  readonly by:
    { readonly arns: readonly string[] } | { readonly tags: Readonly<Record<string, string>> };
  /** Attributes that a resource has at the time, by path. @default none */
  readonly filters?: Readonly<Record<string, string>>;
  /** What narrows the target further, such as the zone of a writer. @default none */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Most ARNs of one target, and most targets of one action by the service's default quota. */
export const MOST_TARGETS = 5;

/** Names by fives: as many parts as it takes, numbered from the second on. */
export function byFives<T>(
  items: readonly T[],
  part: (items: readonly T[], ending: string) => ExperimentPart,
): readonly ExperimentPart[] {
  const count = Math.ceil(items.length / MOST_TARGETS);
  return Array.from({ length: count }, (_, at) =>
    part(
      items.slice(at * MOST_TARGETS, (at + 1) * MOST_TARGETS),
      at === 0 ? '' : `-${String(at + 1)}`,
    ),
  );
}

/** How the service writes a duration. */
export function minutesOf(minutes: number): string {
  return `PT${String(minutes)}M`;
}
