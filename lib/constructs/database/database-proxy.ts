import { Fn, RemovalPolicy } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { CfnSecurityGroupIngress, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Policy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnDBProxy, CfnDBProxyEndpoint, CfnDBProxyTargetGroup } from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import type { Proxy } from '../../config';
import { DATABASE_PORT, ingressOf, isolatedSubnets } from '../network';
import type { Place } from '../security';
import { readSecrets, useDataKey } from '../security';
import type { ClusterEndpoints } from './aurora-global-member';

export interface DatabaseProxyProps extends Place {
  /** Computed name, at most 63 characters with `-read` behind it. */
  readonly proxyName: string;
  /** Computed name of the cluster in this Region. */
  readonly cluster: string;
  /** The group that the cluster stands in. */
  readonly clusterGroup: ISecurityGroup;
  /** Sizes and times. */
  readonly proxy: Proxy;
  /** Secrets of the roles that may connect: name, and the ARN in this Region. */
  readonly secrets: readonly { readonly name: string; readonly arn: string }[];
  /** The Region's network. */
  readonly vpc: IVpc;
  /** The only group that may connect. */
  readonly client: ISecurityGroup;
}

/**
 * The connections of a Region's servers to one cluster, shared: a server holds its own to the proxy, and
 * a transaction borrows one of the database's. It follows the writer inside the Region without DNS, and
 * waits out a failover there.
 *
 * What pins a connection to one client until it leaves, and so shares nothing: SET, temporary tables,
 * LISTEN, advisory locks, PREPARE, set_config. PostgreSQL has no filters for that. The sample workload does none of
 * it (docs/adr/0065-no-session-is-set.md), as the twin shows. Migrations, which do, go past the proxy.
 *
 * Only roles whose secrets it reads may connect, the master user not among them; TLS on both sides.
 *
 * Costs 0.015 USD an hour for each vCPU of the cluster's instances in the Region, and an interface endpoint
 * for the readers.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-pinning.html
 */
export class DatabaseProxy extends Construct {
  /** Where writes and reads of this Region go; known only at deployment. */
  public readonly endpoints: ClusterEndpoints;

  public constructor(scope: Construct, id: string, props: DatabaseProxyProps) {
    super(scope, id);
    const { proxyName, proxy, vpc } = props;
    const place = {
      vpcSubnetIds: isolatedSubnets(vpc),
      vpcSecurityGroupIds: [this.group(props).securityGroupId],
    };
    const [role, policy] = this.role(props);
    const resource = new CfnDBProxy(this, 'Resource', {
      dbProxyName: proxyName,
      engineFamily: 'POSTGRESQL',
      requireTls: true,
      roleArn: role.roleArn,
      idleClientTimeout: proxy.idleClientSeconds,
      // It writes statements with their values.
      debugLogging: false,
      auth: props.secrets.map(({ arn }) => ({
        authScheme: 'SECRETS',
        clientPasswordAuthType: 'POSTGRES_SCRAM_SHA_256',
        iamAuth: 'DISABLED',
        secretArn: arn,
      })),
      ...place,
    });
    resource.node.addDependency(policy, this.log(proxyName));
    const targets = this.targets(resource, props);
    const readers = new CfnDBProxyEndpoint(this, 'Readers', {
      dbProxyName: resource.ref,
      dbProxyEndpointName: `${proxyName}-read`,
      targetRole: 'READ_ONLY',
      ...place,
    });
    readers.addResourceDependency(targets);
    const at = (host: string): string => Fn.join(':', [host, String(DATABASE_PORT)]);
    this.endpoints = { writer: at(resource.attrEndpoint), reader: at(readers.attrEndpoint) };
  }

  /** RDS makes it itself, to keep for ever, where it is not there before the proxy. */
  private log(proxyName: string): LogGroup {
    return new LogGroup(this, 'Log', {
      logGroupName: `/aws/rds/proxy/${proxyName}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  private targets(resource: CfnDBProxy, props: DatabaseProxyProps): CfnDBProxyTargetGroup {
    const { cluster, proxy } = props;
    return new CfnDBProxyTargetGroup(this, 'Targets', {
      dbProxyName: resource.ref,
      // The only name there is.
      targetGroupName: 'default',
      dbClusterIdentifiers: [cluster],
      connectionPoolConfigurationInfo: {
        maxConnectionsPercent: proxy.maxConnectionsPercent,
        maxIdleConnectionsPercent: proxy.maxIdleConnectionsPercent,
        connectionBorrowTimeout: proxy.borrowTimeoutSeconds,
      },
    });
  }

  private group(props: DatabaseProxyProps): SecurityGroup {
    const { vpc, client, clusterGroup } = props;
    const group = new SecurityGroup(this, 'Group', {
      vpc,
      description: 'PostgreSQL from the service of this Region to the proxy',
      allowAllOutbound: false,
    });
    group.addEgressRule(Peer.ipv4(vpc.vpcCidrBlock), Port.tcp(DATABASE_PORT), 'The cluster');
    const port = DATABASE_PORT;
    const fromService = { group, client, port, description: 'Service' };
    new CfnSecurityGroupIngress(this, 'FromService', ingressOf(fromService));
    const toCluster = { group: clusterGroup, client: group, port, description: 'Proxy' };
    new CfnSecurityGroupIngress(this, 'ToCluster', ingressOf(toCluster));
    return group;
  }

  /** Reads the roles' secrets in this Region, and nothing else. */
  private role(props: DatabaseProxyProps): readonly [Role, Policy] {
    const { deployment, region, secrets } = props;
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('rds.amazonaws.com') });
    const place = { deployment, region };
    const policy = new Policy(this, 'Policy', {
      roles: [role],
      statements: [
        readSecrets(
          place,
          secrets.map(({ name }) => name),
        ),
        useDataKey(place, ['secretsmanager']),
      ],
    });
    return [role, policy];
  }
}
