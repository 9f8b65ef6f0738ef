/** What AWS publishes under a namespace and metric: the sets of dimensions, and which way is worse. */
export interface PublishedMetric {
  /** Allowed sets of dimension names; `[]` is the account as a whole. */
  readonly dimensions: readonly (readonly string[])[];
  /** The direction that harms: an alarm that looks the other way is silent when it must ring. */
  readonly worse: 'high' | 'low' | 'either';
}

type Table = Readonly<Record<string, Readonly<Record<string, PublishedMetric>>>>;

const high = (...dimensions: string[][]): PublishedMetric => ({ dimensions, worse: 'high' });
const low = (...dimensions: string[][]): PublishedMetric => ({ dimensions, worse: 'low' });
const either = (...dimensions: string[][]): PublishedMetric => ({ dimensions, worse: 'either' });

const BALANCER = ['LoadBalancer'];
const TARGETS = ['LoadBalancer', 'TargetGroup'];
const BALANCERS = [BALANCER, ['AvailabilityZone', 'LoadBalancer'], TARGETS, ['AvailabilityZone', 'LoadBalancer', 'TargetGroup'], ['TargetGroup']]; // prettier-ignore
const TARGET_SETS = [TARGETS, ['AvailabilityZone', 'LoadBalancer', 'TargetGroup']];
const CLUSTER = ['DBClusterIdentifier'];
const DATABASE = [['DBInstanceIdentifier'], CLUSTER, ['DBClusterIdentifier', 'Role'], ['DatabaseClass'], ['EngineName']]; // prettier-ignore
const SHARD_GROUP = ['DBShardGroupIdentifier'];
const SHARD_NODES = [SHARD_GROUP, ['DBClusterIdentifier', 'DBShardGroupIdentifier'], ['DBShardGroupIdentifier', 'DBShardGroupSubClusterType'], ['DBShardGroupIdentifier', 'DBShardGroupSubClusterIdentifier']]; // prettier-ignore
const GLOBAL = [['DBClusterIdentifier', 'SourceRegion'], CLUSTER];
const FUNCTION = [['FunctionName'], ['FunctionName', 'Resource'], []];
const SERVICE = [['ClusterName', 'ServiceName'], ['ClusterName']];
const NODE = [['CacheClusterId'], ['CacheClusterId', 'CacheNodeId'], ['ReplicationGroupId']];
const SERVERLESS = ['ServerlessCacheName'];
const TABLE = [
  ['TableName'],
  ['TableName', 'Operation'],
  ['TableName', 'GlobalSecondaryIndexName'],
];
const STATEMENT = ['Keyspace', 'TableName', 'Operation'];
const QUEUE = [['QueueName']];
const DISTRIBUTION = [['DistributionId', 'Region']];

/**
 * Published metrics of the services that a multi-Region application watches.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html
 */
export const PUBLISHED: Table = {
  'AWS/Route53': {
    HealthCheckStatus: low(['HealthCheckId']),
    HealthCheckPercentageHealthy: low(['HealthCheckId']),
    ChildHealthCheckHealthyCount: low(['HealthCheckId']),
    ConnectionTime: high(['HealthCheckId'], ['HealthCheckId', 'Region']),
    TimeToFirstByte: high(['HealthCheckId'], ['HealthCheckId', 'Region']),
    SSLHandshakeTime: high(['HealthCheckId'], ['HealthCheckId', 'Region']),
  },
  'AWS/ApplicationELB': {
    HTTPCode_ELB_5XX_Count: high(...BALANCERS),
    HTTPCode_ELB_4XX_Count: high(...BALANCERS),
    HTTPCode_Target_5XX_Count: high(...BALANCERS),
    HTTPCode_Target_4XX_Count: high(...BALANCERS),
    TargetResponseTime: high(...BALANCERS),
    UnHealthyHostCount: high(...TARGET_SETS),
    HealthyHostCount: low(...TARGET_SETS),
    RequestCount: either(...BALANCERS),
    RequestCountPerTarget: high(['TargetGroup'], TARGETS),
    RejectedConnectionCount: high(BALANCER, ['AvailabilityZone', 'LoadBalancer']),
    TargetConnectionErrorCount: high(...BALANCERS),
    LambdaUserError: high(...TARGET_SETS),
    ActiveConnectionCount: high(BALANCER),
  },
  'AWS/Lambda': {
    Errors: high(...FUNCTION),
    Throttles: high(...FUNCTION),
    Duration: high(...FUNCTION),
    Invocations: either(...FUNCTION),
    ConcurrentExecutions: high(...FUNCTION),
    IteratorAge: high(...FUNCTION),
    DeadLetterErrors: high(...FUNCTION),
  },
  'AWS/ECS': { CPUUtilization: high(...SERVICE), MemoryUtilization: high(...SERVICE) },
  'ECS/ContainerInsights': {
    RunningTaskCount: low(...SERVICE),
    DesiredTaskCount: either(...SERVICE),
    PendingTaskCount: high(...SERVICE),
    CpuUtilized: high(...SERVICE),
    MemoryUtilized: high(...SERVICE),
  },
  'AWS/RDS': {
    AuroraGlobalDBRPOLag: high(...GLOBAL),
    AuroraGlobalDBReplicationLag: high(...GLOBAL),
    AuroraGlobalDBProgressLag: high(...GLOBAL),
    AuroraReplicaLag: high(...DATABASE, ...SHARD_NODES),
    AuroraReplicaLagMaximum: high(...DATABASE, ...SHARD_NODES),
    CPUUtilization: high(...DATABASE, ...SHARD_NODES),
    DatabaseConnections: high(...DATABASE),
    FreeableMemory: low(...DATABASE, ...SHARD_NODES),
    FreeLocalStorage: low(...DATABASE),
    FreeStorageSpace: low(...DATABASE),
    ReadLatency: high(...DATABASE, ...SHARD_NODES),
    WriteLatency: high(...DATABASE, ...SHARD_NODES),
    CommitLatency: high(...DATABASE, ...SHARD_NODES),
    OldestReplicationSlotLag: high(...DATABASE),
    CommitThroughput: either(...DATABASE, ...SHARD_NODES),
    Deadlocks: high(...DATABASE),
    DatabaseConnectionsBorrowLatency: high(
      ['ProxyName'],
      ['ProxyName', 'TargetGroup'],
      ['ProxyName', 'TargetGroup', 'Target'],
    ),
    DBShardGroupACUUtilization: high(SHARD_GROUP),
    DBShardGroupCapacity: high(SHARD_GROUP),
    MaximumUsedTransactionIDs: high(...DATABASE, ...SHARD_NODES),
    VolumeBytesUsed: high(CLUSTER, ['DBClusterIdentifier', 'EngineName']),
  },
  'AWS/DynamoDB': {
    ReplicationLatency: high(['TableName', 'ReceivingRegion']),
    ReadThrottleEvents: high(...TABLE),
    WriteThrottleEvents: high(...TABLE),
    ThrottledRequests: high(['TableName', 'Operation']),
    SystemErrors: high(['TableName', 'Operation']),
    UserErrors: high([]),
    SuccessfulRequestLatency: high(['TableName', 'Operation']),
    ConsumedReadCapacityUnits: high(...TABLE),
    ConsumedWriteCapacityUnits: high(...TABLE),
  },
  'AWS/Cassandra': {
    // By the table with its keyspace or by the table alone: AWS's page does not say which.
    ReplicationLatency: high(
      ['Keyspace', 'TableName', 'ReceivingRegion'],
      ['TableName', 'ReceivingRegion'],
    ),
    ReadThrottleEvents: high(STATEMENT),
    WriteThrottleEvents: high(STATEMENT),
    SystemErrors: high(STATEMENT),
    UserErrors: high(STATEMENT),
    SuccessfulRequestLatency: high(STATEMENT),
  },
  'AWS/Neptune': {
    CPUUtilization: high(...DATABASE),
    FreeableMemory: low(...DATABASE),
    MainRequestQueuePendingRequests: high(...DATABASE),
    GlobalDbProgressLag: high(...GLOBAL),
    ClusterReplicaLag: high(...DATABASE),
  },
  'AWS/ElastiCache': {
    EngineCPUUtilization: high(...NODE),
    CPUUtilization: high(...NODE),
    Evictions: high(...NODE, SERVERLESS),
    ReplicationLag: high(...NODE),
    DatabaseMemoryUsagePercentage: high(...NODE),
    FreeableMemory: low(...NODE),
    CurrConnections: high(...NODE, SERVERLESS),
    CacheHitRate: low(...NODE, SERVERLESS),
    ThrottledCmds: high(SERVERLESS),
    BytesUsedForCache: high(...NODE, SERVERLESS),
    ElastiCacheProcessingUnits: high(SERVERLESS),
    GlobalDatastoreReplicationLag: high(['GlobalReplicationGroupId'], ...NODE),
  },
  'AWS/SQS': {
    ApproximateAgeOfOldestMessage: high(...QUEUE),
    ApproximateNumberOfMessagesVisible: high(...QUEUE),
    NumberOfMessagesSent: either(...QUEUE),
  },
  'AWS/CloudFront': {
    '5xxErrorRate': high(...DISTRIBUTION),
    '4xxErrorRate': high(...DISTRIBUTION),
    TotalErrorRate: high(...DISTRIBUTION),
    OriginLatency: high(...DISTRIBUTION),
    Requests: either(...DISTRIBUTION),
  },
};
