import { CfnPullThroughCacheRule, CfnRepository } from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import type { ImageReference, RegionName } from '../../config';

export interface ServerImageCacheProps {
  /** Account whose registry it is. */
  readonly account: string;
  /** Region of the stack. */
  readonly region: RegionName;
  /** Prefix of the cached repositories, 2 to 30 characters. */
  readonly prefix: string;
  /** The public image. */
  readonly image: ImageReference;
}

/**
 * A copy of the public image in the Region's own registry, made when the first task starts there, so
 * that later tasks start while the public registry or any other Region is down. By digest: no tag that
 * moves decides what runs. The repository is ours, not one that the cache would make at the first
 * pull: it leaves with its stack, and servers need no right to make repositories.
 *
 * Costs 0.10 USD a month for each GB.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
 */
export class ServerImageCache extends Construct {
  /** Name of the image for a container definition. */
  public readonly imageName: string;
  /** ARN of the repository that holds the copy. */
  public readonly repositoryArn: string;

  public constructor(scope: Construct, id: string, props: ServerImageCacheProps) {
    super(scope, id);
    const { account, region, prefix, image } = props;
    const rule = new CfnPullThroughCacheRule(this, 'Rule', {
      ecrRepositoryPrefix: prefix,
      upstreamRegistryUrl: image.registry,
    });
    const name = `${prefix}/${image.repository}`;
    const repository = new CfnRepository(this, 'Repository', {
      repositoryName: name,
      imageScanningConfiguration: { scanOnPush: true },
      emptyOnDelete: true,
    });
    repository.addResourceDependency(rule);
    this.repositoryArn = `arn:aws:ecr:${region}:${account}:repository/${name}`;
    this.imageName = `${account}.dkr.ecr.${region}.amazonaws.com/${name}@${image.digest}`;
  }
}
