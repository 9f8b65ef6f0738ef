import type { Construct } from 'constructs';
import { checkOf, codePartsOf } from '../config';
import type { Deployment, Grants, Job, Queue, Service as ServiceConfig } from '../config';
import {
  DATABASE_CERTIFICATES,
  serviceStatements,
  workloadEnvironment,
} from '../constructs/compute';
import { receiveFromQueue, sendToQueues, useQueueKeys } from '../constructs/security';
import { KnownSchemas } from '../constructs/database';
import { CHECK_FIGURES } from '../constructs/observability';
import { QueueConsumer, ScheduledJob } from '../constructs/work';
import type { WorkFunctionProps } from '../constructs/work';
import type { NetworkOutputs } from './network';
import type { Artifacts } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';
import { pascalCase } from './private/pascal-case';
import type { RegionalStackProps } from './private/regional';

export interface WorkProps extends RegionalStackProps {
  /** The service whose grants and environment this work has. */
  readonly service: ServiceConfig;
  /** What the Region's network stack offers. */
  readonly network: NetworkOutputs;
  /** Address of the Region's cache, `rediss://host:port[?cluster]`. @default none */
  readonly cacheEndpoint?: string;
  /** What is built before constructs run. */
  readonly artifacts: Pick<Artifacts, 'functions' | 'schemas'>;
}

/** What a Region does while no request waits: consumers of its queues, and jobs on a schedule. */
export class Work extends MeridianStack {
  public constructor(scope: Construct, id: string, props: WorkProps) {
    const { deployment, region, artifacts } = props;
    super(scope, id, {
      deployment,
      kind: 'work',
      region: region.name,
      regional: true,
      stateful: false,
      description: `${deployment.name}: queues' consumers and jobs in ${region.name}`,
    });
    for (const queue of deployment.queues) this.consume(props, queue);
    for (const job of deployment.jobs) this.schedule(props, job);
    if (!codePartsOf(deployment).includes('work')) return;
    new KnownSchemas(this, 'Schemas', {
      parameterName: this.names.schemaParameter('work'),
      schemas: artifacts.schemas,
      code: this.node.children,
    });
  }

  private consume(props: WorkProps, queue: Queue): void {
    const { deployment, region } = props;
    const { consumer } = queue;
    if (consumer === undefined) return;
    const name = this.names.queue(queue);
    const place = { deployment, region: region.name };
    const common = this.common(props, consumer.bundle, `consumer of ${queue.name}`);
    new QueueConsumer(this, `${pascalCase(queue.name)}Consumer`, {
      ...common,
      statements: [
        ...common.statements,
        ...receiveFromQueue(place, name),
        // What follows for a shard that another Region writes.
        ...sendToQueues(place, [name], this.others(props)),
      ],
      queueArn: this.names.queueArn(name, region.name),
      consumer,
    });
  }

  private others({ deployment, region }: WorkProps): string[] {
    return deployment.regions.map(({ name }) => name).filter((name) => name !== region.name);
  }

  private schedule(props: WorkProps, job: Job): void {
    const { deployment, region } = props;
    new ScheduledJob(this, `${pascalCase(job.name)}Job`, {
      ...this.common(props, job.bundle, `job ${job.name}`),
      scheduleName: `${deployment.name}-${job.name}`,
      job,
      ...(checkOf(deployment) === job && {
        figures: { namespace: this.names.checkNamespace(), metrics: CHECK_FIGURES },
      }),
      account: deployment.account,
      deadLettersArn: this.names.queueArn(this.names.deadJobs(), region.name),
      keyStatement: useQueueKeys(deployment, [region.name]),
    });
  }

  private common(props: WorkProps, bundle: string, what: string): WorkFunctionProps {
    const { deployment, region, service, network, artifacts, cacheEndpoint } = props;
    const directory = artifacts.functions[bundle];
    if (directory === undefined) throw new RangeError(`there is no bundle ${bundle}`);
    return {
      description: `${deployment.name} ${what} in ${region.name}`,
      bundle: directory,
      environment: {
        ...service.environment,
        ...DATABASE_CERTIFICATES,
        ...workloadEnvironment(withoutUploads(deployment), region.name, cacheEndpoint),
      },
      statements: serviceStatements(deployment, region.name, behindRequests(service.grants)),
      vpc: network.vpc,
      securityGroup: network.serviceGroup,
      traced: deployment.observability.tracing !== undefined,
    };
  }
}

/** Who signs no forms is told of no bucket. */
function withoutUploads(deployment: Deployment): Deployment {
  return { ...deployment, uploads: undefined };
}

/** Forms are signed, and drafts are written, by who answers requests. */
function behindRequests({ parts, own }: Grants): Grants {
  return { own, parts: parts.filter((part) => part !== 'uploads' && part !== 'drafts') };
}
