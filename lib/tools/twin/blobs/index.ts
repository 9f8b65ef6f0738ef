/** The buckets of one Region that browsers put objects into. */
export interface BlobsConfig {
  readonly region: string;
  readonly buckets: readonly BlobBucketConfig[];
  /** Keys that sign forms: secret by id. */
  readonly keys: Readonly<Record<string, string>>;
  /** Most bytes of all buckets together. @default 256 MiB */
  readonly mostBytes?: number;
}

export interface BlobBucketConfig {
  readonly name: string;
  /** Origins whose pages may read the answer; `*` stands for any characters. */
  readonly origins: readonly string[];
  /** Where copies go. */
  readonly replicas: readonly BlobReplica[];
}

export interface BlobReplica {
  readonly bucket: string;
  /** Base URL of its Region's process. */
  readonly url: string;
}

/** How many objects wait for each replica's bucket, and for how long the oldest has. */
export type BlobReplicationState = Readonly<
  Record<string, { readonly waiting: number; readonly oldestMs: number }>
>;

export { checkForm } from './private/form';
export type { Form, FormRefusal, Upload } from './private/form';
export { BLOB_PATH } from './private/replicator';
export { BlobsFront } from './private/front';
export { metadataOf } from './private/store';
export type { BlobMetadata } from './private/store';
