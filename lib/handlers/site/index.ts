import { CopyObjectCommand, DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { customResource } from '../private/custom-resource';
import { siteWork } from './site';

const s3 = new S3Client({});

/** Lambda handler of `Custom::MeridianSite`; the SDK is the runtime's own. */
export const handler = customResource(
  siteWork({
    copy: async (bucket, { Key, ContentType, CacheControl, Source }) => {
      await s3.send(
        new CopyObjectCommand({
          Bucket: bucket,
          Key,
          ContentType,
          CacheControl,
          CopySource: Source.split('/').map(encodeURIComponent).join('/'),
          MetadataDirective: 'REPLACE',
        }),
      );
    },
    delete: async (bucket, key) => {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
  }),
);
