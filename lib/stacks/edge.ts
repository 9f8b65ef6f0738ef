import { SecretValue } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { viewerRegions } from '../config';
import { BindingReader } from '../constructs/binding';
import { EdgeDistribution } from '../constructs/edge';
import type { EdgeDistributionProps, PrivateOrigin } from '../constructs/edge';
import { WebAcl, edgeRules } from '../constructs/security';
import type { Artifacts, MeridianStackProps } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';
import { pascalCase } from './private/pascal-case';
import { ZoneReference } from './private/zone-reference';

export interface EdgeProps extends MeridianStackProps {
  /** What is built before constructs run. */
  readonly artifacts: Pick<Artifacts, 'site'>;
}

/** What AWS keeps in us-east-1: the distribution, its certificate and the product's own name. */
export class Edge extends MeridianStack {
  public constructor(scope: Construct, id: string, props: EdgeProps) {
    const { deployment, artifacts } = props;
    super(scope, id, {
      deployment,
      kind: 'edge',
      region: deployment.edgeRegion,
      regional: false,
      stateful: false,
      description: `${deployment.name}: CDN of ${deployment.domainName}`,
    });
    const [first, ...others] = deployment.regions.map(({ name }) => ({
      bucketName: this.names.bucket('site', name),
      region: name,
    }));
    if (first === undefined) throw new RangeError('`regions` must have a Region, got: none');
    const isPrivate = deployment.edge.mode === 'vpc-origin';
    const secret = SecretValue.secretsManager(this.names.originSecret()).unsafeUnwrap();
    const { webAclArn } = new WebAcl(this, 'Firewall', {
      aclName: `${deployment.name}-edge`,
      scope: 'CLOUDFRONT',
      account: deployment.account,
      region: deployment.edgeRegion,
      rules: edgeRules(isPrivate ? secret : undefined),
    });
    new EdgeDistribution(this, 'Cdn', {
      prefix: deployment.name,
      domainName: deployment.domainName,
      zone: new ZoneReference(this, 'Zone', { deployment }).zone,
      ...this.api(props),
      sites: [first, ...others],
      ...this.media(props),
      siteDirectory: artifacts.site,
      webAclArn,
      account: deployment.account,
      logBucketName: this.names.bucket('logs', first.region),
    });
  }

  /** Where uploads are read and, by forms, put. */
  private media({
    deployment: { uploads, regions },
  }: EdgeProps): Pick<EdgeDistributionProps, 'media'> {
    if (uploads === undefined) return {};
    const media = regions.map(({ name: region }) => ({
      ...{ region, bucketName: this.names.bucket('uploads', region) },
    }));
    return { media };
  }

  /** How the API is reached from here; not at all where clients go to the Regions themselves. */
  private api({
    deployment,
  }: EdgeProps): Pick<EdgeDistributionProps, 'api' | 'apiHosts' | 'privateApi'> {
    const { names } = this;
    const secret = names.originSecret();
    switch (deployment.edge.mode) {
      case 'direct':
        return { apiHosts: [names.apiHost()] };
      case 'cdn':
        return { api: { host: names.originHost(), secret } };
      case 'vpc-origin':
        return { privateApi: this.privateApi(deployment, secret) };
    }
  }

  private privateApi(
    deployment: EdgeProps['deployment'],
    secret: string,
  ): EdgeDistributionProps['privateApi'] {
    const [first, ...others] = deployment.regions.map(({ name: region }): PrivateOrigin => {
      const binding = { kind: 'load-balancer', producer: region } as const;
      const reader = new BindingReader(this, `Door${pascalCase(region)}`, { deployment, binding });
      return { region, host: this.names.regionalHost(region), loadBalancerArn: reader.value };
    });
    if (first === undefined) return undefined;
    const healthPaths = deployment.services.flatMap((it) => [it.healthPath, it.readyPath]);
    return {
      prefix: deployment.name,
      origins: [first, ...others],
      viewers: viewerRegions(deployment),
      secret,
      healthPaths: [...new Set(healthPaths)],
    };
  }
}
