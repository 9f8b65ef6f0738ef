import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AssetHashType } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';

export interface ServerFilesProps {
  /** The server's module. */
  readonly server: string;
  /** Authorities of the databases. */
  readonly certificates: string;
}

/**
 * What servers start from, in the Region's own asset bucket, with the digests that their bytes must
 * have: whoever can write to the bucket still cannot make a server run something else.
 */
export class ServerFiles extends Construct {
  /** Tells the bootstrap where the files are and what they are. */
  public readonly environment: Readonly<Record<string, string>>;
  /** Lets servers read the two files, and nothing else of the bucket. */
  public readonly statements: readonly PolicyStatement[];

  public constructor(scope: Construct, id: string, props: ServerFilesProps) {
    super(scope, id);
    const server = this.file('Server', props.server);
    const certificates = this.file('Certificates', props.certificates);
    this.environment = {
      BOOTSTRAP_BUCKET: server.asset.s3BucketName,
      BOOTSTRAP_SERVER_KEY: server.asset.s3ObjectKey,
      BOOTSTRAP_SERVER_SHA256: server.digest,
      BOOTSTRAP_CERTIFICATES_KEY: certificates.asset.s3ObjectKey,
      BOOTSTRAP_CERTIFICATES_SHA256: certificates.digest,
    };
    // Named, because nameless ones would be merged into one whose order follows the digests.
    this.statements = Object.entries({ Server: server, Certificates: certificates }).map(
      ([sid, { asset }]) =>
        new PolicyStatement({
          sid,
          actions: ['s3:GetObject'],
          resources: [asset.bucket.arnForObjects(asset.s3ObjectKey)],
        }),
    );
  }

  private file(id: string, path: string): { readonly asset: Asset; readonly digest: string } {
    const digest = createHash('sha256').update(readFileSync(path)).digest('hex');
    const hash = { assetHash: digest, assetHashType: AssetHashType.CUSTOM };
    return { asset: new Asset(this, id, { path, ...hash }), digest };
  }
}
