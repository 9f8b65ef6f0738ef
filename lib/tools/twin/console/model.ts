import type { Status } from '../run';

/** What happened in the twin, in the words of the page. */
export interface TimelineEvent {
  /** ISO 8601. */
  readonly at: string;
  readonly kind: 'health' | 'writer' | 'dns' | 'process' | 'drill' | 'fault';
  readonly text: string;
}

/** What the page shows; each message of `/events` is one. */
export interface ConsoleState {
  readonly status: Status;
  /** The oldest first. */
  readonly timeline: readonly TimelineEvent[];
  readonly drills: DrillBoard;
  readonly faults: FaultBoard;
}

/** Faults that a person causes and ends, without load, verdict or recovery of their own. */
export interface FaultBoard {
  readonly available: readonly FaultChoice[];
  /** Those that last. */
  readonly active: readonly { readonly name: string; readonly region: string }[];
}

export interface FaultChoice {
  readonly name: string;
  /** Words of the button that causes it. */
  readonly label: string;
  /** Words of the button that ends it; null where the twin has to be started anew for that. */
  readonly undo: string | null;
  /** One line for people. */
  readonly summary: string;
  /** Regions that have what it breaks. */
  readonly regions: readonly string[];
}

/** Causes faults in the twin that the page shows. */
export interface FaultRunner {
  readonly available: readonly FaultChoice[];
  /**
   * @returns what ends it
   * @throws Error whose message is for people, where there is nothing to break
   */
  strike(name: string, region: string): Promise<() => void>;
}

export interface DrillBoard {
  readonly available: readonly DrillChoice[];
  /** Name of the drill under way. */
  readonly running: string | null;
  readonly last: DrillEnd | null;
}

export interface DrillChoice {
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
}

/** How a drill ended: with a result, or with the reason why it has none. */
export type DrillEnd =
  | { readonly name: string; readonly outcome: DrillOutcome }
  | { readonly name: string; readonly refused: string };

/** Milliseconds by part, and `total`. */
export type RecoveryTime = Readonly<Record<string, number>> & { readonly total: number };

/** What the page shows of a drill's result; docs/schemas/drill.schema.json has all of it. */
export interface DrillOutcome {
  readonly passed: boolean;
  readonly expectations: readonly {
    readonly what: string;
    readonly passed: boolean;
    readonly observed: string;
  }[];
  readonly regions: { readonly hit: string; readonly writer: string };
  /** As measured, and with the times that the templates configure; null where none failed over. */
  readonly rto: RecoveryTime | null;
  readonly rtoAsConfigured: RecoveryTime | null;
  readonly rpo: { readonly acknowledged: number; readonly lost: number; readonly doubled: number };
}

/** Runs drills in the twin that the page shows. */
export interface DrillRunner {
  readonly available: readonly DrillChoice[];
  /** @throws Error whose message is for people, where the drill cannot be run */
  run(name: string, onEvent: (text: string) => void, signal: AbortSignal): Promise<DrillOutcome>;
}

/** What somebody in a city sees: each hop of a request, with its time. */
export interface View {
  readonly city: string;
  readonly hops: readonly ViewHop[];
}

export interface ViewHop {
  readonly what: string;
  readonly answer: string;
  /** Milliseconds; null where there was no answer. */
  readonly ms: number | null;
  /** `distance`: what it takes between the two places; `measured`: on this machine. */
  readonly by: 'measured' | 'distance';
}
