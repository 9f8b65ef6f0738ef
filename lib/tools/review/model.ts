import type { PoolSizes } from '../../config';
import type { AssemblyResource, AssemblyStack } from '../assembly';
import type { View } from './private/view';

/** `error`: the deployment would not survive, or not as promised; `warning`: it would survive worse. */
export type Severity = 'error' | 'warning' | 'info';

/** From the least to the most severe. */
export const SEVERITIES: readonly Severity[] = ['info', 'warning', 'error'];

/** One statement that templates of any application can be held against. */
export interface Rule {
  /** Kebab-case; never reused for another statement. */
  readonly id: string;
  readonly severity: Severity;
  /** What must hold, in one line. */
  readonly title: string;
  /** What happens where it does not hold. */
  readonly reason: string;
  /** Page on which the reason rests. */
  readonly source: string;
  /** What to change. */
  readonly remedy: string;
  /** Entries of the catalogue that it asserts: `R4` a rule of the failover path, `D12` a seen defect. */
  readonly covers: readonly string[];
  /** Every breach in the assembly. */
  readonly check: (view: View) => Iterable<Breach>;
}

/** A breach as a rule reports it; the rule supplies the rest of the finding. */
export interface Breach {
  /** The resource at fault; a stack where no single resource is. */
  readonly at: AssemblyResource | AssemblyStack;
  readonly message: string;
  /** Where this breach weighs less or more than the rule's own severity. */
  readonly severity?: Severity;
}

/** Schema: docs/schemas/review.schema.json. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** `STACK_ID/LOGICAL_ID`, or `STACK_ID` where no single resource is at fault. */
  readonly resource: string;
  readonly stack: string;
  readonly region: string;
  readonly message: string;
  readonly remedy: string;
}

/** A finding that somebody has accepted, until a day. */
export interface Acknowledgement {
  /** Rule id. */
  readonly rule: string;
  /** Key of a resource or id of a stack; `*` stands for any characters. @default every resource */
  readonly resource?: string;
  /** Why it is accepted, and what risk remains. */
  readonly reason: string;
  /** Last day on which it holds, `YYYY-MM-DD`. */
  readonly expires: string;
}

/** Two Regions that differ on purpose. */
export interface ParityException {
  /** Role of a resource: its type, or `TYPE LOGICAL_ID`. `*` stands for any characters. */
  readonly role: string;
  readonly reason: string;
}

/** What the templates cannot say: what the product is meant to do. */
export interface Intent {
  readonly objectives?: {
    readonly rtoSeconds: number;
    readonly rpoSeconds: number;
    /** @default 30 */
    readonly decisionSeconds?: number;
    /** @default 60 */
    readonly promotionSeconds?: number;
  };
  /** Requests a second of the whole product at its peak. */
  readonly peakRequestsPerSecond?: number;
  /** Connections that whoever serves opens to each database. @default not known, and not added up */
  readonly pools?: PoolSizes;
  /** Whether stateful resources must be retained. @default true */
  readonly production?: boolean;
  readonly acknowledgements?: readonly Acknowledgement[];
  readonly parityExceptions?: readonly ParityException[];
}
