import type { GrowthStage } from './declaration';
import type { DatabaseInsights } from './statements-declaration';

/** What a growth stage presets; each can be declared otherwise. */
export interface StagePreset {
  /** Fewest and most serving Regions. */
  readonly regions: readonly [fewest: number, most: number];
  /** Instances of each cluster in each Region. */
  readonly instancesPerRegion: number;
  /** Most of them, where readers scale. */
  readonly maxInstancesPerRegion?: number;
  /** How much is told of the load of clusters. */
  readonly databaseInsights: DatabaseInsights;
  /** Whether there is a cache. */
  readonly cache: boolean;
  /** Whether there are queues, and work on a schedule. */
  readonly queues: boolean;
  /** Whether there are backups beside those that the clusters keep: to copy them takes a Region more. */
  readonly backup: boolean;
  /** Whether there are plans that move who writes to another Region. */
  readonly recovery: boolean;
}

/** A primary and the ten secondaries that an Aurora global database can have. */
const MOST_REGIONS = 11;
const ONE_REGION = [1, 1] as const;

/**
 * The growth stages in their order. What a later one has, an earlier one may declare, but not the
 * number of Regions: a second Region is what `multi-region` is.
 */
export const GROWTH_STAGES: Readonly<Record<GrowthStage, StagePreset>> = {
  'single-server': {
    regions: ONE_REGION,
    instancesPerRegion: 1,
    databaseInsights: 'standard',
    cache: false,
    queues: false,
    backup: false,
    recovery: false,
  },
  // A writer and a reader in another zone, which takes over within the Region.
  'load-balanced': {
    regions: ONE_REGION,
    instancesPerRegion: 2,
    databaseInsights: 'standard',
    cache: false,
    queues: false,
    backup: false,
    recovery: false,
  },
  replicated: {
    regions: ONE_REGION,
    instancesPerRegion: 2,
    maxInstancesPerRegion: 8,
    databaseInsights: 'standard',
    cache: true,
    queues: true,
    backup: false,
    recovery: false,
  },
  // A zone that is lost is made good within the Region; who comes from `replicated` keeps both.
  'multi-region': {
    regions: [2, MOST_REGIONS],
    instancesPerRegion: 2,
    databaseInsights: 'standard',
    cache: true,
    queues: true,
    backup: true,
    recovery: true,
  },
  // Which of many clusters is hot, and since when, nobody finds one by one.
  sharded: {
    regions: [2, MOST_REGIONS],
    instancesPerRegion: 2,
    databaseInsights: 'advanced',
    cache: true,
    queues: true,
    backup: true,
    recovery: true,
  },
};

/** Names of the growth stages, in their order. */
export const STAGE_NAMES = Object.keys(GROWTH_STAGES) as readonly GrowthStage[];
