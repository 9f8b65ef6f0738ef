import type { Work } from '../private/custom-resource';

/** `ResourceProperties` of `Custom::MeridianSite`. */
export interface SiteProperties {
  readonly Bucket: string;
  readonly Files: readonly SiteObject[];
}

/** One file and where its bytes are. */
export interface SiteObject {
  readonly Key: string;
  readonly ContentType: string;
  readonly CacheControl: string;
  /** `bucket/key` of the asset. */
  readonly Source: string;
}

/** The two calls that the site's content needs. */
export interface Objects {
  copy(bucket: string, object: SiteObject): Promise<void>;
  /** Deleting what is not there is no error. */
  delete(bucket: string, key: string): Promise<void>;
}

/**
 * Keeps a bucket equal to the site's files: copies all first, so that no page points at a file that
 * has yet to come, then deletes what the site no longer has.
 */
export function siteWork(objects: Objects): Work<SiteProperties> {
  return async ({ RequestType, PhysicalResourceId, ResourceProperties, OldResourceProperties }) => {
    const { Bucket, Files } = ResourceProperties;
    const id = `${Bucket}/site`;
    if (RequestType === 'Delete') {
      // After a failed Create the id is another one, and the bucket may never have been there.
      if (PhysicalResourceId === id) {
        await Promise.all(Files.map(({ Key }) => objects.delete(Bucket, Key)));
      }
      return PhysicalResourceId ?? id;
    }
    await Promise.all(Files.map((file) => objects.copy(Bucket, file)));
    if (OldResourceProperties?.Bucket === Bucket) {
      const kept = new Set(Files.map(({ Key }) => Key));
      const left = OldResourceProperties.Files.filter(({ Key }) => !kept.has(Key));
      await Promise.all(left.map(({ Key }) => objects.delete(Bucket, Key)));
    }
    return id;
  };
}
