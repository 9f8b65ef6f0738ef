/**
 * What outside judges say and we let stand, each with its reason: the one place for it. `where`, a
 * pattern of the finding's place, narrows it. An entry that nothing needs is a fault, so the list
 * shrinks by itself.
 *
 * @type {readonly { judge: string, rule: string, where?: RegExp, reason: string }[]}
 */
export const ACKNOWLEDGEMENTS = [
  {
    judge: 'cfn-lint',
    rule: 'W3005',
    reason: 'the CDK makes functions wait for the role of their policies, which they also name',
  },
  {
    judge: 'cfn-lint',
    rule: 'W3010',
    where: /^(Network|Volume)-/,
    reason: 'zone names come from the declaration, so that a synth looks nothing up',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-S1',
    where: /^(Foundation-[^/]+\/(Logs|Site|Switch|Uploads)|RecoveryReports\/Reports)\//,
    reason:
      'the log bucket would log itself; the site, the switches and the uploads hold nothing but public files, ' +
      'and the CDN in front of the site is where its readers are seen; reports of plans are written by ARC alone',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-S2',
    where: /^Foundation-[^/]+\/Switch\//,
    reason:
      'health checkers read the switches without credentials; a policy opens one prefix to read',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-SQS3',
    where: /^Queues-[^/]+\/FailedJobs\//,
    reason: 'it is the dead-letter queue, of EventBridge Scheduler: the rule knows those of queues',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-SMG4',
    where: /^Credentials\/(Domain|Left|Signing)/,
    reason:
      'rotated every 30 days by a schedule that names the secret from another stack, where the ' +
      'function is, which also writes the user that it leaves; the rule sees its own stack. With one server: by hand',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-SMG4',
    where: /^Credentials\/(Master|Origin)/,
    reason:
      'not rotated by schedule (ADR 0014): a master opens nothing but migrations, and the header of ' +
      'the CDN is in its configuration and in the load balancers at the same time',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where: /^Migration-.*Code\/Policy.*:secretsmanager:\*:\d+:secret:[^*]*\]$/,
    reason:
      'the pending version of a role is read where it was made, in whichever Region holds the primary ' +
      'secret; the six question marks are characters that Secrets Manager adds',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where: /^Migration-.*Code\/Policy.*:ssm:\*:\d+:parameter\/[^*]*\]$/,
    reason:
      'which schemas the deployed code knows is read in every Region in which it runs, before a migration ' +
      'removes anything; the parameters are named',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM4',
    where: /^Store-[^/]+\/Limitless\/Monitor\//,
    reason:
      'AWS writes this policy for enhanced monitoring, which Limitless demands: its own log group alone, RDSOSMetrics',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where: /^Backups-[^/]+\/Roles\/(Backup|Restore)Policy\/Resource \[Resource::arn:aws:rds:/,
    reason:
      'AWS Backup generates the ids of its snapshots and of what it restores for a test, behind a prefix of its own; ' +
      'what it lists, and groups that a restore may name, are of one Region and only read',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where:
      /^Backups-[^/]+\/Roles\/(Backup|Restore)Policy\/Resource \[Resource::(arn:aws:(dynamodb|s3|events):|\*\])/,
    reason:
      'tables and buckets that AWS Backup restores for a test, and its rules, have a prefix of its own and generated ' +
      'ids; a backup of a bucket reads every object of it; lists and metrics have no resource',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where:
      /^Backups-[^/]+\/Roles\/BackupPolicy\/Resource \[Resource::arn:aws:backup:[^:]+:\d+:recovery-point:\*\]$/,
    reason:
      'AWS Backup generates the ids of recovery points; all that the role may do to one is tag it',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where:
      /^Recovery\/\w+Role\/Policy\/Resource \[Resource::arn:aws:rds:[^\]]*:(global-)?cluster:\*\]$/,
    reason:
      'ARC lists clusters before it moves one, as its own example has it: only read, and in the Regions of ' +
      'the plan; what it may move is named',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where:
      /^Recovery\/\w+Role\/Policy\/Resource \[Resource::arn:aws:s3:::[^/]+-reports\/[\w-]+\/\*\]$/,
    reason:
      'AWS names the reports of a plan: below the name of the plan, in the bucket of reports alone',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where: /\/Roles\/TaskPolicy\/Resource \[Resource::\*\]$/,
    reason: 'spans that tasks send: X-Ray has no narrower resource',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where: /^Experiments-[^/]+\/\w+\/Policy\/Resource \[Resource::(\*|arn:aws:[^\]]*\*)\]$/,
    reason:
      'what the Fault Injection Service makes for the time has generated ids: it bears a tag of the service from the ' +
      'start, which is a condition; what is only read, and log deliveries, know no resource. Targets are named',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where: /:kms:[^:]+:\d+:key\/\*\]$/,
    reason: 'IAM takes no alias as a resource: the alias is a condition on any key of the account',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where: /\[Resource::arn:aws:dsql:[^:]+:\d+:cluster\/\*\]$/,
    reason:
      'DSQL generates the ids of its clusters: the tag with the name of the store is a condition on any ' +
      "cluster of the Region, and roles of the database are linked to the caller's",
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where: /\[Resource::arn:aws:neptune-db:[^:]+:\d+:\{\{resolve:ssm:[^*]+\/\*\]$/,
    reason: 'everything that the one cluster holds: its generated id is read where it was made',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-N2',
    where: /^Store-/,
    reason: 'members of a global database have one version, which is raised in an order of Regions',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where: /\[Resource::arn:aws:cassandra:[^:]+:\d+:\/keyspace\/system\*\]$/,
    reason:
      'drivers ask the system keyspaces (system, system_schema and those for several Regions) for the ' +
      'cluster and the columns; AWS documents the asterisk, and only Select is granted',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where: /\[Action::kms:(GenerateDataKey|ReEncrypt)\*\]$/,
    reason: 'AWS documents these pairs of actions as a group for whoever writes encrypted tables',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where: /\/Code\/Policy\/Resource \[Resource::\*\]$/,
    reason:
      'network interfaces of a function, and traces: EC2 and X-Ray have no narrower resource for them',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where: /\/Roles\/ExecutionPolicy\/Resource \[Resource::\*\]$/,
    reason: 'ecr:GetAuthorizationToken has no resource that it could be bound to',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where: /\/Site\/Copier\/Policy\/Resource \[Resource::arn:aws:s3:::[^/]+-site\/\*\]$/,
    reason:
      "every object of the Region's own site bucket: their names are those of the site's files",
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where:
      /^(UploadReplication-[^/]+\/Replication\/Policy|Service-.*Policy)\/Resource \[Resource::arn:aws:s3:::[^/]+-uploads\/(media\/[^/]+\/)?\*\]$/,
    reason:
      'objects are named when they are uploaded: the service puts them below its own Region alone, ' +
      'and S3 copies whatever the one bucket holds',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where: /\/Provider\/framework-onEvent\/.*Arn>:\*\]$/,
    reason: "the CDK's provider framework calls every version of the one function it was given",
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM4',
    where: /\/Provider\/framework-onEvent\//,
    reason: "the CDK's provider framework makes its role itself; it runs at deployments only",
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-AEC6',
    where: /^Cache-/,
    reason: "the cache holds copies, by TLS, and admits the service's security group alone",
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-EC23',
    where: /\/Door\/CheckersAndPeers\//,
    reason: "peers' addresses are parameters, which the rule cannot read; review reads them",
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-ECS2',
    where: /\/Servers\/Task /,
    reason: 'names and numbers only: secrets are read from Secrets Manager by name at run time',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM4',
    where: /^Volume-.*AWSDataLifecycleManagerServiceRole\]$/,
    reason: 'the policy that AWS keeps for its own snapshot service',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM4',
    where: /^Server-.*AmazonSSMManagedInstanceCore\]$/,
    reason: 'the policy that AWS keeps for its own agent: sessions take the place of SSH',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where: /^Server-.*\[Resource::(\*|arn:aws:ec2:[^:]+:\d+:(instance|network-interface)\/\*)\]$/,
    reason:
      'volume and address are named, the instance that takes them over is not known beforehand; ' +
      'ec2:DescribeVolumes has no resource',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-EC23',
    where: /^Server-.*\/Firewall\//,
    reason: 'the one server is the web server: users come from everywhere, to ports 80 and 443',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-AS3',
    where: /^Server-/,
    reason: 'the group holds one instance and only replaces it: it never scales',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-AS3',
    where: /^Service-[^/]+\/(Instances|Balancers)\/Resource /,
    reason:
      'groups scale all day, and nobody should be called for it: alarms ring where there are too few, ' +
      'they are too busy or unhealthy',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-EC26',
    where: /^Service-[^/]+\/(Instances|Balancers)\/Resource /,
    reason:
      'the rule reads no launch template that a group refers to; the volume of this one is encrypted',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where: /^Service-[^/]+\/Balancers\/Template\/Policy\/Resource \[Resource::\*\]$/,
    reason: 'ec2:DescribeInstances, by which balancers find the servers, has no resource',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-IAM5',
    where: /^Service-[^/]+\/Servers\/Shift\/Resource \[Resource::\*\]$/,
    reason: 'what ECS describes of load balancers has no resource; what it changes is named',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-CFR1',
    where: /^Edge\//,
    reason: 'the product is for every country',
  },
  {
    judge: 'cdk-nag',
    rule: 'AwsSolutions-CFR3',
    where: /^Edge\//,
    reason: 'its access log is a log delivery (version 2), which the rule does not know',
  },
  {
    judge: 'review',
    rule: 'one-zone',
    where: /^single-server: Server-/,
    reason: 'one server in one zone is what this stage is, and review is there to say so',
  },
  {
    judge: 'review',
    rule: 'fewer-servers-than-zones',
    where: /^single-server: Server-/,
    reason: 'one server in one zone is what this stage is, and review is there to say so',
  },
  {
    judge: 'review',
    rule: 'concurrency-capped',
    where: /^single-server: Server-/,
    reason: 'one server in one zone is what this stage is, and review is there to say so',
  },
];

/**
 * How often what checkov demands is not done, over all reference assemblies, and why it stands. More is
 * a fault, less is one too: the number is then lowered, so it can only fall. A reference or a resource
 * that is added on purpose may raise it, with the reason in its commit.
 *
 * @type {Readonly<Record<string, { most: number, why: string }>>}
 */
export const COUNTED = {
  CKV_AWS_158: {
    most: 311,
    why: 'CloudWatch encrypts log groups with a key of its own; a key of ours would have to be readable for whoever is to look during an outage',
  },
  CKV_AWS_116: {
    most: 204,
    why: 'answers to requests, custom resources and rotations are called synchronously; queues and schedules have dead-letter queues of their own',
  },
  CKV_AWS_115: {
    most: 202,
    why: 'the account bounds concurrency; a reserved number would take capacity from the Region that takes over',
  },
  CKV_AWS_173: {
    most: 119,
    why: 'they hold names and endpoints, no secrets, and are encrypted by a key of AWS',
  },
  CKV_AWS_117: {
    most: 118,
    why: 'functions that only call AWS APIs stay out of the network, so that its loss does not stop them',
  },
  CKV_AWS_118: {
    most: 90,
    why: 'Database Insights shows what enhanced monitoring does, without an agent and a role',
  },
  CKV_AWS_111: {
    most: 86,
    why: 'functions in a network make interfaces there, for which EC2 knows no narrower resource',
  },
  CKV_AWS_18: {
    most: 68,
    why: 'as AwsSolutions-S1: the log bucket would log itself, reports of plans are written by ARC alone, the others are public files behind a CDN that logs',
  },
  CKV_AWS_54: {
    most: 17,
    why: 'health checkers read the switches without credentials; a policy opens one prefix to read',
  },
  CKV_AWS_56: { most: 17, why: 'as CKV_AWS_54' },
  CKV_AWS_21: { most: 17, why: 'logs and switches: what is written once is not overwritten' },
  CKV_AWS_192: {
    most: 14,
    why: 'the CDN, through which all requests come, has AWSManagedRulesKnownBadInputsRuleSet',
  },
  CKV_AWS_136: { most: 15, why: 'ECR encrypts with a key of its own; it caches a public image' },
  CKV_AWS_51: {
    most: 15,
    why: 'a pull-through cache fills it, and tasks name the digest',
  },
  CKV_AWS_31: {
    most: 11,
    why: 'whoever gets through the security group authenticates by RBAC users, which the rule does not know',
  },
  CKV_AWS_86: {
    most: 8,
    why: 'as AwsSolutions-CFR3',
  },
  CKV_AWS_260: {
    most: 1,
    why: '`single-server` is one instance in public: it answers HTTP to send browsers to HTTPS',
  },
  CKV_AWS_88: { most: 1, why: 'as CKV_AWS_260' },
};
