import type { Deployment } from '../../../../../config';
import { Names } from '../../../../../config';
import type { Switches } from '../../model';
import { PATIENCE, PerRegion, s3 } from '../../../aws';

/** Objects in each Region's switch bucket, which stands in another Region. */
export function s3Switches(
  deployment: Deployment,
  forcePathStyle: boolean,
): Switches & { close(): void } {
  const names = new Names(deployment);
  const clients = new PerRegion(
    (region) =>
      new (s3().S3Client)({
        ...PATIENCE,
        region,
        forcePathStyle,
      }),
  );
  const of = (region: string) => {
    const home = deployment.regions.find(({ name }) => name === region)?.switchRegion ?? region;
    const object = { Bucket: names.bucket('switch', home), Key: names.switchKey(region) };
    return { client: clients.of(home), object };
  };
  return {
    isDrained: async (region) => {
      const { client, object } = of(region);
      try {
        await client.send(new (s3().HeadObjectCommand)(object));
        return true;
      } catch (error) {
        // Only the bucket's own word that there is none; a refusal or silence is not known.
        if (error instanceof Error && ['NotFound', 'NoSuchKey'].includes(error.name)) return false;
        throw error;
      }
    },
    drain: async (region) => {
      const { client, object } = of(region);
      await client.send(new (s3().PutObjectCommand)({ ...object, Body: '', ContentLength: 0 }));
    },
    restore: async (region) => {
      const { client, object } = of(region);
      await client.send(new (s3().DeleteObjectCommand)(object));
    },
    close: () => {
      clients.close();
    },
  };
}
