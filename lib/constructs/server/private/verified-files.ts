import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { PolicyStatement as Statement } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';

export interface VerifiedFilesProps {
  /** Files of this machine by their absolute path on the server. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Files in the Region's asset bucket with the digests that their bytes must have: whoever can write to
 * the bucket still cannot make the server run something else.
 */
export class VerifiedFiles extends Construct {
  /** Bucket that holds them all. */
  public readonly bucketName: string;
  /** A line `KEY SHA256 PATH` for each. */
  public readonly lines: readonly string[];
  /** Lets the server read them, and nothing else of the bucket. */
  public readonly statement: PolicyStatement;

  public constructor(scope: Construct, id: string, props: VerifiedFilesProps) {
    super(scope, id);
    const files = Object.entries(props.files).map(([target, path], index) => {
      const digest = createHash('sha256').update(readFileSync(path)).digest('hex');
      const hash = { assetHash: digest, assetHashType: AssetHashType.CUSTOM };
      return { target, digest, asset: new Asset(this, `File${index + 1}`, { path, ...hash }) };
    });
    const [first] = files;
    if (first === undefined) throw new RangeError('`files` must have a file, got: none');
    this.bucketName = first.asset.s3BucketName;
    this.lines = files.map(
      ({ target, digest, asset }) => `${asset.s3ObjectKey} ${digest} ${target}`,
    );
    this.statement = new Statement({
      actions: ['s3:GetObject'],
      resources: files.map(({ asset }) => asset.bucket.arnForObjects(asset.s3ObjectKey)),
    });
  }
}

/** Every file below a directory, by its path below a directory of the server. */
export function filesBelow(directory: string, target: string): Readonly<Record<string, string>> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  return Object.fromEntries(
    files.map((path) => [`${target}${path.slice(directory.length).replaceAll('\\', '/')}`, path]),
  );
}
