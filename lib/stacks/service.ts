import { Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { HEALTH_CHECKER_CIDRS, regionFacts } from '../config';
import type { Service as ServiceConfig } from '../config';
import { BindingReader } from '../constructs/binding';
import { LambdaService, PublicLoadBalancer } from '../constructs/compute';
import { SiteContent } from '../constructs/edge';
import { RegionalHealth, RegionalRecords } from '../constructs/routing';
import type { NetworkOutputs } from './network';
import type { Artifacts } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';
import { pascalCase } from './private/pascal-case';
import type { RegionalStackProps } from './private/regional';
import { ZoneReference } from './private/zone-reference';

export interface ServiceProps extends RegionalStackProps {
  /** The declared service. */
  readonly service: ServiceConfig;
  /** What the Region's network stack offers. */
  readonly network: NetworkOutputs;
  /** What is built before constructs run. */
  readonly artifacts: Pick<Artifacts, 'services' | 'handlers' | 'site'>;
}

/** What a Region serves with: the service, its load balancer, its share of DNS, its static files. */
export class Service extends MeridianStack {
  public constructor(scope: Construct, id: string, props: ServiceProps) {
    const { deployment, region, service, network, artifacts } = props;
    super(scope, id, {
      deployment,
      kind: 'service',
      region: region.name,
      regional: true,
      stateful: false,
      description: `${deployment.name}: ${service.name} in ${region.name}`,
    });
    const bundle = artifacts.services[service.name];
    if (bundle === undefined) throw new RangeError(`there is no bundle of service ${service.name}`);
    const { names } = this;
    const regionalHost = names.regionalHost(region.name);
    const originHost = names.originHost();
    const { zone } = new ZoneReference(this, 'Zone', { deployment });
    const { function: target } = new LambdaService(this, 'Workload', {
      deployment,
      region: region.name,
      service,
      bundle,
      vpc: network.vpc,
      securityGroup: network.serviceGroup,
    });
    const { loadBalancer } = new PublicLoadBalancer(this, 'Door', {
      vpc: network.vpc,
      zone,
      hosts: [regionalHost, originHost],
      target,
      healthPath: service.healthPath,
      readyPath: service.readyPath,
      originSecret: names.originSecret(),
      cloudFrontPrefixList: regionFacts(region.name).cloudFrontPrefixList,
      healthCheckers: HEALTH_CHECKER_CIDRS,
      peers: this.peerAddresses(props),
    });
    const { healthCheck } = new RegionalHealth(this, 'Health', {
      host: regionalHost,
      readyPath: service.readyPath,
      switchHost: names.bucketHost('switch', region.switchRegion),
      switchKey: names.switchKey(region.name),
    });
    new RegionalRecords(this, 'Records', {
      zone,
      region: region.name,
      regionalHost,
      originHost,
      loadBalancer,
      healthCheck,
    });
    new SiteContent(this, 'Site', {
      bucketName: names.bucket('site', region.name),
      directory: artifacts.site,
      handler: artifacts.handlers.site,
    });
  }

  /** One block for each NAT gateway of each peer. */
  private peerAddresses({ deployment, region }: ServiceProps): string[] {
    const peers = deployment.regions.filter(({ name }) => name !== region.name);
    return peers.flatMap(({ name, zones }) => {
      const { value } = new BindingReader(this, `NatAddresses${pascalCase(name)}`, {
        deployment,
        binding: { kind: 'nat-addresses', producer: name },
      });
      return [...zones.keys()].map((index) => `${Fn.select(index, Fn.split(',', value))}/32`);
    });
  }
}
