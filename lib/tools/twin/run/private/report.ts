import type { Part } from '../../plan';
import type { Layout } from './allocate';

/** What `up --json` says when the twin is ready; docs/schemas/twin-up.schema.json. */
export interface Report {
  readonly schemaVersion: 1;
  readonly ready: boolean;
  readonly name: string;
  /** Run directory. */
  readonly directory: string;
  /** URL of the page with the Regions. */
  readonly console: string;
  /** URL of the stand-in of the CDN; null where the assembly has no distribution. */
  readonly edge: string | null;
  /** Name that the CDN asks DNS for; null where the assembly has no distribution. */
  readonly origin: string | null;
  readonly dns: { readonly host: string; readonly port: number };
  readonly regions: Readonly<Record<string, RegionReport>>;
  readonly parts: readonly Part[];
  /** `ports`: all is on one address, ports apart, and what DNS answers is the Region's sign alone. */
  readonly layout: Layout;
  /** How much faster time runs for health checks. */
  readonly timeScale: number;
  /** Milliseconds from the assembly to being ready. */
  readonly startedInMs: number;
}

export interface RegionReport {
  /** Base URL that works with plain curl: what the CDN would call, with its header. */
  readonly url: string;
  /** Name that DNS answers with this Region alone. */
  readonly dns: string | null;
  /** Whether this Region's databases take the writes; null where it is not known. */
  readonly writer: boolean | null;
  /** True where a process of the Region has ended. */
  readonly dead: boolean;
}
