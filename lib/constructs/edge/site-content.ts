import { join } from 'node:path';
import { CustomResource, Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { LoggedFunction } from '../compute';
import { siteFiles } from './private/site-files';

export interface SiteContentProps {
  /** Name of the bucket, of the stack's own Region, that gets the files. */
  readonly bucketName: string;
  /** Directory of the static files. */
  readonly directory: string;
  /** Directory of the bundled handler lib/handlers/site. */
  readonly handler: string;
}

/**
 * Puts the static files into the Region's site bucket when the stack is deployed, each with its
 * content type, by a copy inside S3 from the Region's own asset bucket. (The library's
 * `BucketDeployment` brings a Python layer of 100 MB and guesses content types.)
 */
export class SiteContent extends Construct {
  public constructor(scope: Construct, id: string, props: SiteContentProps) {
    super(scope, id);
    const files = siteFiles(props.directory).map((file) => {
      const name = file.key.replaceAll(/[^A-Za-z0-9]+/g, '-');
      const asset = new Asset(this, `File-${name}`, { path: join(props.directory, file.key) });
      return { ...file, asset };
    });
    const objects = `arn:aws:s3:::${props.bucketName}/*`;
    const copier = new LoggedFunction(this, 'Copier', {
      description: `Copies the static site into ${props.bucketName}`,
      code: Code.fromAsset(props.handler),
      timeout: Duration.seconds(60),
      statements: [
        new PolicyStatement({
          actions: ['s3:GetObject'],
          resources: files.map(({ asset }) => asset.bucket.arnForObjects(asset.s3ObjectKey)),
        }),
        new PolicyStatement({ actions: ['s3:DeleteObject', 's3:PutObject'], resources: [objects] }),
      ],
    });
    const resource = new CustomResource(this, 'Resource', {
      serviceToken: copier.function.functionArn,
      serviceTimeout: Duration.seconds(120),
      resourceType: 'Custom::MeridianSite',
      properties: {
        Bucket: props.bucketName,
        Files: files.map(({ key, contentType, cacheControl, asset }) => ({
          Key: key,
          ContentType: contentType,
          CacheControl: cacheControl,
          Source: `${asset.s3BucketName}/${asset.s3ObjectKey}`,
        })),
      },
    });
    resource.node.addDependency(copier);
  }
}
