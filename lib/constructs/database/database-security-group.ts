import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { CfnSecurityGroupIngress, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { DATABASE_PORT, ingressOf } from '../network';

export interface DatabaseSecurityGroupProps {
  /** The Region's network. */
  readonly vpc: IVpc;
  /** The only groups that may connect, by what runs in them (PascalCase). */
  readonly clients: Readonly<Record<string, ISecurityGroup>>;
  /** What it admits, by port. @default PostgreSQL */
  readonly port?: number;
  /** @default as for PostgreSQL */
  readonly description?: string;
}

/** Admits its Region's clients to a database, and opens nothing itself. */
export class DatabaseSecurityGroup extends SecurityGroup {
  public constructor(scope: Construct, id: string, props: DatabaseSecurityGroupProps) {
    super(scope, id, {
      vpc: props.vpc,
      description:
        props.description ?? 'PostgreSQL from the service and the migrations of this Region',
      allowAllOutbound: false,
    });
    const { port = DATABASE_PORT } = props;
    for (const [client, group] of Object.entries(props.clients)) {
      const admitted = { group: this, client: group, port, description: client };
      new CfnSecurityGroupIngress(this, `From${client}`, ingressOf(admitted));
    }
  }
}
