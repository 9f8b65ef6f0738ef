import { join } from 'node:path';
import { Aws, Duration, Stack } from 'aws-cdk-lib';
import { AutoScalingGroup, HealthChecks, Signals, UpdatePolicy } from 'aws-cdk-lib/aws-autoscaling';
import {
  BlockDeviceVolume as RootVolume,
  CfnEIP,
  EbsDeviceVolumeType,
  InstanceType,
  LaunchTemplate,
  LaunchTemplateHttpTokens,
  MachineImage,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  UserData,
} from 'aws-cdk-lib/aws-ec2';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { Names, clustersOf, topologySeed } from '../../config';
import type { Deployment, RegionName, Server, Service } from '../../config';
import { migrationEnvironment, workloadEnvironment } from '../compute';
import { DATABASE_PORT } from '../network';
import { serverStatements } from './private/server-statements';
import { VerifiedFiles, filesBelow } from './private/verified-files';

export interface SingleServerProps {
  /** The resolved declaration. */
  readonly deployment: Deployment;
  /** Region of the stack. */
  readonly region: RegionName;
  /** Class of the instance. */
  readonly server: Pick<Server, 'instanceType'>;
  /** The declared service. */
  readonly service: Service;
  /** The Region's network, with public subnets. */
  readonly vpc: IVpc;
  /** The zone of the data volume. */
  readonly zone: string;
  /** Id of the data volume. */
  readonly volumeId: string;
  /** Directory with the service's `server.mjs`. */
  readonly bundle: string;
  /** Directory with the migration function's `index.mjs`. */
  readonly migrate: string;
  /** Directory of the static files. */
  readonly site: string;
}

const IMAGE = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';
const SERVICE_PORT = '8080';
const TARGET = '/opt/meridian';

/**
 * The whole product on one instance: nginx, the service and PostgreSQL. An Auto Scaling group of one
 * replaces it where it fails; the next takes over the data volume and the address, which is why it may
 * be lost at any time and why there are minutes without service then. It is one instance in one zone:
 * nothing here survives the loss of that zone but the snapshots.
 *
 * Costs about 12 USD a month as t4g.small, and 3.60 for the address.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html
 */
export class SingleServer extends Construct {
  /** Where it answers: an address that stays when the instance is replaced. */
  public readonly address: string;
  /** Admits the web from anywhere, and PostgreSQL from inside the network. */
  public readonly securityGroup: ISecurityGroup;

  public constructor(scope: Construct, id: string, props: SingleServerProps) {
    super(scope, id);
    const { vpc, zone } = props;
    const firewall = this.firewall(vpc);
    this.securityGroup = firewall;
    const address = new CfnEIP(this, 'Address', { domain: 'vpc' });
    this.address = address.attrPublicIp;
    const files = this.files(props);
    const userData = UserData.custom('#!/bin/bash');
    const group = new AutoScalingGroup(this, 'Group', {
      vpc,
      vpcSubnets: { subnetType: SubnetType.PUBLIC, availabilityZones: [zone] },
      launchTemplate: this.template(props, files, firewall, {
        allocationId: address.attrAllocationId,
        userData,
      }),
      minCapacity: 1,
      maxCapacity: 1,
      healthChecks: HealthChecks.ec2({ gracePeriod: Duration.minutes(5) }),
      // The old one lets go of the volume before the new one starts.
      updatePolicy: UpdatePolicy.rollingUpdate({ maxBatchSize: 1, minInstancesInService: 0 }),
      signals: Signals.waitForAll({ timeout: Duration.minutes(20) }),
    });
    const logicalId = Stack.of(this).getLogicalId(group.node.defaultChild as never);
    userData.addCommands(
      ...commands(props, files, { allocationId: address.attrAllocationId, logicalId }),
    );
  }

  private firewall(vpc: IVpc): SecurityGroup {
    const group = new SecurityGroup(this, 'Firewall', {
      vpc,
      description: 'Web from anywhere, PostgreSQL from inside the network',
      allowAllOutbound: true,
    });
    for (const port of [80, 443]) group.addIngressRule(Peer.anyIpv4(), Port.tcp(port), 'Web');
    const database = 'The move to a database of its own';
    group.addIngressRule(Peer.ipv4(vpc.vpcCidrBlock), Port.tcp(DATABASE_PORT), database);
    return group;
  }

  private files({ bundle, migrate, site }: SingleServerProps): VerifiedFiles {
    return new VerifiedFiles(this, 'Files', {
      files: {
        [`${TARGET}/setup.sh`]: join(__dirname, 'private/setup.sh'),
        [`${TARGET}/server.mjs`]: join(bundle, 'server.mjs'),
        [`${TARGET}/migrate/index.mjs`]: join(migrate, 'index.mjs'),
        ...filesBelow(site, `${TARGET}/site`),
      },
    });
  }

  private template(
    props: SingleServerProps,
    files: VerifiedFiles,
    firewall: SecurityGroup,
    { allocationId, userData }: TemplateParts,
  ): LaunchTemplate {
    const { deployment, region, volumeId } = props;
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
      // A shell without an open port and without keys.
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMManagedInstanceCore')],
    });
    for (const statement of [
      files.statement,
      ...serverStatements(this, { deployment, region, volumeId, allocationId }),
    ]) {
      role.addToPolicy(statement);
    }
    return new LaunchTemplate(this, 'Template', {
      instanceType: new InstanceType(props.server.instanceType),
      machineImage: MachineImage.fromSsmParameter(IMAGE, { userData }),
      userData,
      role,
      securityGroup: firewall,
      // Until it has taken over the address it needs one of its own to ask for it.
      associatePublicIpAddress: true,
      httpTokens: LaunchTemplateHttpTokens.REQUIRED,
      blockDevices: [
        {
          deviceName: '/dev/xvda',
          volume: RootVolume.ebs(16, { encrypted: true, volumeType: EbsDeviceVolumeType.GP3 }),
        },
      ],
    });
  }
}

interface TemplateParts {
  readonly allocationId: string;
  readonly userData: UserData;
}

interface Late {
  readonly allocationId: string;
  /** Of the group, which waits for a word from its instance. */
  readonly logicalId: string;
}

/** What the instance starts with: settings in files, then the setup, fetched and verified. */
function commands(props: SingleServerProps, files: VerifiedFiles, late: Late): string[] {
  const { deployment, region, service, vpc } = props;
  const names = new Names(deployment);
  const [cluster] = clustersOf(deployment);
  const master = names.masterSecret(cluster?.store.name ?? '', cluster?.shard ?? '');
  const settings = {
    AWS_REGION: region,
    VOLUME_ID: props.volumeId,
    ALLOCATION_ID: late.allocationId,
    DOMAIN_NAME: deployment.domainName,
    HEALTH_PATH: service.healthPath,
    READY_PATH: service.readyPath,
    MASTER_SECRET: master,
    VPC_CIDR: vpc.vpcCidrBlock,
    BUCKET: files.bucketName,
    FILES: files.lines.join('\n'),
  };
  const [setup = ''] = files.lines;
  const [key = '', digest = '', path = ''] = setup.split(' ');
  const signal = `/opt/aws/bin/cfn-signal --exit-code $? --stack ${Aws.STACK_NAME} --resource ${late.logicalId} --region ${region}`;
  return [
    'set -euo pipefail',
    `export AWS_REGION=${region}`,
    `trap '${signal}' EXIT`,
    `mkdir -p /etc/meridian ${TARGET}`,
    file('/etc/meridian/settings', quoted(settings)),
    file('/etc/meridian/environment', quoted(environment(props))),
    file('/etc/meridian/migration.json', JSON.stringify(migration(deployment))),
    `aws s3 cp --only-show-errors s3://${files.bucketName}/${key} ${path}`,
    `echo '${digest}  ${path}' | sha256sum --check --quiet`,
    `bash ${path} main`,
  ];
}

/** The workload's variables; its keys come from nginx of the same machine. */
function environment({ deployment, region, service }: SingleServerProps): Record<string, string> {
  return {
    ...service.environment,
    ...migrationEnvironment(deployment, region),
    ...workloadEnvironment(deployment, region),
    TOPOLOGY_TABLE: new Names(deployment).table('server-topology'),
    TOPOLOGY_REGIONS: region,
    // The one server has stopped before the next one starts, and migrates.
    SERVING_REGIONS: 'none',
    // Inside one machine.
    DATABASE_TLS: 'disable',
    PEER_URLS: `${region}=https://${deployment.domainName}`,
    AWS_REGION: region,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:8079/credentials',
    PORT: SERVICE_PORT,
  };
}

/** What Lambda gets as properties of the custom resource at later stages. */
function migration(deployment: Deployment): object {
  const names = new Names(deployment);
  const endpoint = `127.0.0.1:${DATABASE_PORT}`;
  return {
    ServiceToken: '',
    Seed: JSON.stringify(topologySeed(deployment)),
    Clusters: Object.fromEntries(
      clustersOf(deployment).map(({ store, shard }) => [
        `${store.name}.${shard}`,
        {
          writer: endpoint,
          reader: endpoint,
          masterSecret: names.masterSecret(store.name, shard),
        },
      ]),
    ),
    Version: '',
  };
}

/** A quoted here-document: nothing in it is expanded. */
function file(path: string, text: string): string {
  return `cat >${path} <<'MERIDIAN'\n${text}\nMERIDIAN`;
}

/** As a shell and systemd read it alike. */
function quoted(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => {
      if (!value.includes("'")) return `${name}='${value}'`;
      throw new RangeError(
        `\`environment.${name}\` must be without ' on one server, got: ${value}`,
      );
    })
    .join('\n');
}
