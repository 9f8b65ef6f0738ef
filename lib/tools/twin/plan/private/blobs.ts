import type { TemplateReader } from './reader';
import { asList, asObject, asText } from './reader';

/** A bucket that pages put objects into. */
export interface PlannedBlobs {
  readonly region: string;
  readonly name: string;
  /** Origins of those pages. */
  readonly origins: readonly string[];
  /** Buckets that get copies. */
  readonly destinations: readonly string[];
}

/** Buckets whose CORS rules admit forms, and where `Custom::MeridianReplication` copies them to. */
export function planBlobs(reader: TemplateReader): readonly PlannedBlobs[] {
  const copies = new Map(
    reader
      .resources('Custom::MeridianReplication')
      .map((it) => [
        reader.needed(it, 'Bucket'),
        asList(reader.value(it, 'Destinations')).map(asText),
      ]),
  );
  return reader.resources('AWS::S3::Bucket').flatMap((bucket) => {
    const rules = asList(reader.value(bucket, 'CorsConfiguration', 'CorsRules')).map(asObject);
    const forms = rules.filter((rule) => asList(rule['AllowedMethods']).includes('POST'));
    const name = reader.text(bucket, 'BucketName');
    if (name === undefined || forms.length === 0) return [];
    return {
      ...{ region: bucket.stack.region, name, destinations: copies.get(name) ?? [] },
      origins: forms.flatMap((rule) => asList(rule['AllowedOrigins']).map(asText)),
    };
  });
}
