import type { BlobsConfig } from '../blobs';
import type { QueuesConfig } from '../queues';

/** What one `tables` process serves: the stand-ins of one Region's regional services. */
export interface TablesConfig {
  readonly region: string;
  readonly account: string;
  readonly address: string;
  readonly port: number;
  /** Tables whose items this process holds. */
  readonly tables: readonly TableConfig[];
  /** Strongly consistent tables: held by one shared process, whose base URL this is. */
  readonly strong: Readonly<Record<string, string>>;
  /** By name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Directory that holds one directory per bucket. */
  readonly buckets: string;
  /** Buckets among them that take uploads. @default none */
  readonly blobs?: BlobsConfig;
  /** The Region's queues, behind the same address. @default none */
  readonly queues?: QueuesConfig;
  /** Shared by the processes of one twin; demanded of whoever replicates. */
  readonly token: string;
}

export interface TableConfig {
  readonly name: string;
  /** `KeySchema` as DynamoDB has it, hash key first. */
  readonly keySchema: readonly KeyElement[];
  readonly attributes: readonly AttributeDefinition[];
  readonly indexes: readonly IndexConfig[];
  /** Base URLs of the other Regions' processes, by Region. */
  readonly replicas: Readonly<Record<string, string>>;
}

export interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

export interface AttributeDefinition {
  readonly AttributeName: string;
  readonly AttributeType: 'S' | 'N' | 'B';
}

export interface IndexConfig {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly Projection: {
    readonly ProjectionType?: string;
    readonly NonKeyAttributes?: readonly string[];
  };
}

/** What a process tells its supervisor. */
export interface TablesReady {
  readonly url: string;
}

/** Answer to the topic `replication`, by peer Region. */
export type ReplicationState = Readonly<
  Record<
    string,
    {
      /** Items whose newest state the peer has not confirmed. */
      readonly waiting: number;
      /** Changes given up because the queue was full. */
      readonly dropped: number;
      /** Age of the oldest waiting change in milliseconds; 0 where none waits. */
      readonly oldestMs: number;
    }
  >
>;

export { startTables } from './private/front';
