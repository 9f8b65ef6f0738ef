import type { AssemblyResource, Json } from '../../../assembly';
import { findAsset } from './functions';
import type { TemplateReader } from './reader';
import { asList, asObject, asText, PlanError, raw } from './reader';

/** A file that a deployment puts into a bucket. */
export interface PlannedObject {
  readonly bucket: string;
  readonly key: string;
  /** Absolute path of the asset. */
  readonly source: string;
}

/** A custom resource that runs a function of ours when a stack is deployed. */
export interface PlannedMigration {
  readonly region: string;
  readonly function: AssemblyResource;
  readonly properties: Json;
}

/** Files of the static site, from `Custom::MeridianSite`. */
export function planObjects(reader: TemplateReader): readonly PlannedObject[] {
  return reader.resources('Custom::MeridianSite').flatMap((site) => {
    const bucket = reader.needed(site, 'Bucket');
    return asList(reader.value(site, 'Files')).map((file) => {
      const { Key, Source } = asObject(file);
      const objectKey = asText(Source ?? '').replace(/^[^/]*\//, '');
      const source = findAsset(site.stack, objectKey);
      if (source === undefined) throw new PlanError(site.key, `${objectKey} is no asset`);
      return { bucket, key: asText(Key ?? ''), source };
    });
  });
}

/** Names of all buckets, by Region. */
export function planBuckets(reader: TemplateReader): readonly string[] {
  return reader
    .resources('AWS::S3::Bucket')
    .flatMap((bucket) => reader.text(bucket, 'BucketName') ?? []);
}

/**
 * Migrations of `Custom::MeridianMigration`: from its service token to the framework's function,
 * and from there, by the framework's own variable, to the function that is ours.
 */
export function planMigrations(reader: TemplateReader): readonly PlannedMigration[] {
  return reader.resources('Custom::MeridianMigration').map((resource) => {
    const handler = migrationHandler(reader, resource);
    if (handler === undefined) throw new PlanError(resource.key, 'its function is not found');
    const properties = Object.entries(resource.properties).flatMap(([name, value]) =>
      name === 'ServiceToken' ? [] : [[name, reader.evaluate(resource, value, name)] as const],
    );
    return {
      region: resource.stack.region,
      function: handler,
      properties: Object.fromEntries(properties),
    };
  });
}

/** Behind the framework's function, which is named by the resource. */
function migrationHandler(
  reader: TemplateReader,
  resource: AssemblyResource,
): AssemblyResource | undefined {
  const framework = reader.target(resource, raw(resource, ['ServiceToken']))?.resource;
  if (framework === undefined) return undefined;
  const path = ['Environment', 'Variables', 'USER_ON_EVENT_FUNCTION_ARN'];
  return reader.target(framework, raw(framework, path))?.resource ?? framework;
}

/** Functions that migrate. */
export function migrationHandlers(reader: TemplateReader): readonly AssemblyResource[] {
  return reader
    .resources('Custom::MeridianMigration')
    .flatMap((resource) => migrationHandler(reader, resource) ?? []);
}
