import type { Backup } from './backup-declaration';
import type { Cache } from './cache-declaration';
import type { Compute } from './compute';
import type {
  Demand,
  EdgeMode,
  GrantedPart,
  GrowthStage,
  Objectives,
  OwnGrantDeclaration,
  Protection,
  RegionName,
  ReviewDeclaration,
} from './declaration';
import type { Experiments } from './experiment-declaration';
import type { LoadBalancing } from './load-balancing';
import type { Egress, ExistingNetwork } from './network-declaration';
import type { Observability } from './observability-declaration';
import type { Job, Queue } from './queue-declaration';
import type { Recovery } from './recovery-declaration';
import type { ImageReference } from './server-image';
import type { Store } from './stores';

/** A declaration with every default filled in and every fault excluded. */
export interface Deployment {
  readonly schemaVersion: 1;
  readonly stage: GrowthStage;
  readonly account: string;
  readonly domainName: string;
  readonly name: string;
  readonly birthRegion: RegionName;
  /** Region of the stacks that must live in one fixed place: zone, certificate of the edge, CDN. */
  readonly edgeRegion: 'us-east-1';
  readonly zone: { readonly id: string } | undefined;
  readonly controlRegions: readonly RegionName[];
  /** In the order of the declaration. */
  readonly regions: readonly Region[];
  readonly stores: readonly Store[];
  readonly domains: readonly Domain[];
  readonly shards: readonly Shard[];
  /** Regions with a replica of the tables that every Region writes: `lib/config/tables.ts`. */
  readonly tableRegions: readonly RegionName[];
  readonly services: readonly Service[];
  readonly queues: readonly Queue[];
  readonly jobs: readonly Job[];
  /** The one server; `undefined` from stage `load-balanced` on. */
  readonly server: Server | undefined;
  /** `undefined` where there is none. */
  readonly cache: Cache | undefined;
  /** Region switch plans; `undefined` for none. */
  readonly recovery: Recovery | undefined;
  /** Experiments that a person may start; `undefined` for none. */
  readonly experiments: Experiments | undefined;
  /** `undefined` where clusters keep their own backups only. */
  readonly backup: Backup | undefined;
  /** `undefined` where nothing can be uploaded. */
  readonly uploads: Uploads | undefined;
  /** Days between two rotations; `undefined` for none. */
  readonly secretRotationDays: number | undefined;
  readonly network: { readonly egress: Egress };
  readonly edge: { readonly mode: EdgeMode };
  readonly observability: Observability;
  readonly routing: Routing;
  /** Subdomains with a zone of their own, by their whole name: its name servers. */
  readonly delegations: readonly Delegation[];
  readonly demand: Required<Demand>;
  readonly objectives: Required<Objectives>;
  readonly protection: Protection;
  /** ARN of the policy that bounds every role; `undefined` for none. */
  readonly permissionBoundary: string | undefined;
  readonly review: Required<ReviewDeclaration>;
}

export interface Region {
  readonly name: RegionName;
  readonly cidr: string;
  readonly zones: readonly string[];
  /** A VPC that is there already. @default one is made */
  readonly network?: ExistingNetwork;
  /** Region whose bucket holds this Region's traffic switch: the next one round the ring. */
  readonly switchRegion: RegionName;
}

/** How the common name chooses among the Regions. */
export type Routing =
  | { readonly policy: 'latency' }
  | {
      readonly policy: 'geolocation';
      readonly places: Readonly<Record<RegionName, Places>>;
      readonly elsewhere: RegionName;
    }
  | { readonly policy: 'geoproximity'; readonly bias: Readonly<Record<RegionName, number>> }
  | { readonly policy: 'weighted'; readonly weights: Readonly<Record<RegionName, number>> }
  /** All Regions, the first to serve first. */
  | { readonly policy: 'failover'; readonly order: readonly RegionName[] }
  | {
      readonly policy: 'ip-based';
      readonly networks: Readonly<Record<RegionName, readonly string[]>>;
      readonly elsewhere: RegionName;
    };

export interface Places {
  readonly continents: readonly string[];
  readonly countries: readonly string[];
}

export interface Delegation {
  /** Whole name, without the final dot. */
  readonly name: string;
  readonly nameServers: readonly string[];
}

export interface Domain {
  readonly name: string;
  /** Name of an `aurora` store. */
  readonly store: string;
}

export interface Shard {
  readonly name: string;
  readonly home: RegionName;
  /** Where its clusters are created, one of `regions`. */
  readonly birthRegion: RegionName;
  /** Regions that hold a copy, in the order of the deployment; `home` is one of them. */
  readonly regions: readonly RegionName[];
  /** Logical shards held, first and last inclusive. */
  readonly logical: readonly [first: number, last: number];
}

export interface Service {
  readonly name: string;
  /** Directory, where it has no image. */
  readonly bundle: string | undefined;
  readonly image: ImageReference | undefined;
  readonly healthPath: string;
  readonly readyPath: string;
  /** Paths that servers alone answer, where there are any. */
  readonly livePaths: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly grants: Grants;
  readonly memoryMiB: number;
  readonly compute: Compute;
  readonly loadBalancing: LoadBalancing;
}

/** What a service may use: parts of the deployment, and resources that are none of it. */
export interface Grants {
  readonly parts: readonly GrantedPart[];
  readonly own: readonly OwnGrant[];
}

export type OwnGrant = OwnGrantDeclaration;

/** One instance with web and database. */
export interface Server {
  readonly instanceType: string;
  readonly volume: { readonly gib: number; readonly iops: number; readonly mibPerSecond: number };
  readonly snapshots: { readonly everyHours: number; readonly kept: number };
}

export interface Uploads {
  /** Origins whose pages may send forms, the site's own first. */
  readonly origins: readonly string[];
  /** S3's own key, or each Region's data key. */
  readonly encryption: 's3' | 'kms';
}
