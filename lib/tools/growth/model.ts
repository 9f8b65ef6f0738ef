/** What a deployment does to one resource. */
export type ChangeKind =
  | 'added'
  | 'removed'
  | 'changed'
  /** A new one takes its place. */
  | 'replaced'
  /** A new one takes its place in some cases, which the templates do not tell. */
  | 'perhaps-replaced'
  /** The update fails: what changes is fixed when the resource is made. */
  | 'refused';

export interface Change {
  readonly kind: ChangeKind;
  /** Artifact id of the stack. */
  readonly stack: string;
  readonly region: string;
  readonly logicalId: string;
  readonly type: string;
  /** The name that we chose, where it is known. */
  readonly name?: string;
  /** Whether it holds data. */
  readonly stateful: boolean;
  /** Whether it stays behind, managed by nobody, where its stack gives it up. */
  readonly kept: boolean;
  /** Names of the properties that change. */
  readonly properties: readonly string[];
  /** Why it is replaced or refused. */
  readonly because?: string;
}

/** Why a resource does not stay what it is. */
export interface Reason {
  readonly outcome: 'replaced' | 'perhaps-replaced' | 'refused';
  readonly because: string;
}

export interface Comparison {
  readonly changes: readonly Change[];
  /** Types of which nobody knows what replaces them. */
  readonly unknownTypes: readonly string[];
}

export interface Finding {
  readonly severity: 'error' | 'warning' | 'note';
  readonly rule:
    | 'stateful-replaced'
    | 'stateful-removed'
    | 'update-refused'
    | 'name-taken'
    | 'data-moves'
    | 'unknown-type';
  readonly message: string;
  readonly remedy: string;
}

/** One deployment of several, in their order. */
export interface Deployment {
  readonly number: number;
  readonly purpose: 'replica' | 'main' | 'move' | 'remove' | 'after-removal';
  readonly says: string;
  /** Artifact ids of the stacks that it deploys or removes. */
  readonly stacks: readonly string[];
  /** Regions of the global tables, where they grow one by one. */
  readonly tableRegions?: readonly string[];
  /** By store of engine `dynamodb`: Regions of its tables, where it declares its own. */
  readonly storeRegions?: Readonly<Record<string, readonly string[]>>;
}

/** From one declaration to another. */
export interface GrowthStep {
  readonly from: string;
  readonly to: string;
  readonly summary: Readonly<Record<ChangeKind, number>>;
  readonly stacks: { readonly added: readonly string[]; readonly removed: readonly string[] };
  readonly changes: readonly Change[];
  readonly findings: readonly Finding[];
  readonly deployments: readonly Deployment[];
}
