import { Duration } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { ARecord, RecordTarget } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { Server as ServerConfig, Service as ServiceConfig } from '../config';
import { SingleServer } from '../constructs/server';
import type { Artifacts } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';
import type { RegionalStackProps } from './private/regional';
import type { Volume } from './volume';
import { ZoneReference } from './private/zone-reference';

export interface ServerProps extends RegionalStackProps {
  /** The one server. */
  readonly server: ServerConfig;
  /** The declared service. */
  readonly service: ServiceConfig;
  /** The Region's network. */
  readonly vpc: IVpc;
  /** Where its data is. */
  readonly volume: Pick<Volume, 'volumeId' | 'zone'>;
  /** What is built before constructs run. */
  readonly artifacts: Pick<Artifacts, 'services' | 'migrate' | 'site'>;
}

/** The one server and the product's name, which leads to it. */
export class Server extends MeridianStack {
  public constructor(scope: Construct, id: string, props: ServerProps) {
    const { deployment, region, service, artifacts, volume } = props;
    super(scope, id, {
      deployment,
      kind: 'server',
      region: region.name,
      regional: true,
      stateful: false,
      description: `${deployment.name}: web and database in ${region.name}`,
    });
    const bundle = artifacts.services[service.name];
    if (bundle === undefined) throw new RangeError(`there is no bundle of service ${service.name}`);
    const server = new SingleServer(this, 'One', {
      deployment,
      region: region.name,
      server: props.server,
      service,
      vpc: props.vpc,
      zone: volume.zone,
      volumeId: volume.volumeId,
      bundle,
      migrate: artifacts.migrate,
      site: artifacts.site,
    });
    new ARecord(this, 'Name', {
      zone: new ZoneReference(this, 'Zone', { deployment }).zone,
      recordName: `${deployment.domainName}.`,
      target: RecordTarget.fromIpAddresses(server.address),
      // Short, because at the next stage the name leads to the CDN.
      ttl: Duration.minutes(1),
      comment: `The one server in ${region.name}`,
    });
  }
}
