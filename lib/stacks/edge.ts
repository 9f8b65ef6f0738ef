import type { Construct } from 'constructs';
import { EdgeDistribution } from '../constructs/edge';
import { WebAcl, edgeRules } from '../constructs/security';
import type { Artifacts, MeridianStackProps } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';
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
    const { webAclArn } = new WebAcl(this, 'Firewall', {
      aclName: `${deployment.name}-edge`,
      scope: 'CLOUDFRONT',
      account: deployment.account,
      region: deployment.edgeRegion,
      rules: edgeRules(),
    });
    new EdgeDistribution(this, 'Cdn', {
      domainName: deployment.domainName,
      zone: new ZoneReference(this, 'Zone', { deployment }).zone,
      ...(deployment.edge.mode === 'cdn' && {
        api: { host: this.names.originHost(), secret: this.names.originSecret() },
      }),
      sites: [first, ...others],
      siteDirectory: artifacts.site,
      webAclArn,
    });
  }
}
