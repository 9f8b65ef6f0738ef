import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
  paginateDescribeStacks,
} from '@aws-sdk/client-cloudformation';
import type { StackEvent, StackResource } from '@aws-sdk/client-cloudformation';
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { S3Client } from '@aws-sdk/client-s3';
import { AwsClient } from 'aws4fetch';
import { AwsApi } from '../../../lambda/platform/aws';
import { Secrets } from '../../../lambda/platform/secrets';
import { ACCOUNT } from './emulator';
import type { Emulator } from './emulator';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface DsqlCluster {
  readonly arn: string;
  readonly multiRegionProperties: {
    readonly witnessRegion: string;
    readonly clusters: readonly string[];
  };
}

/** What a person would look at in the console. */
export class Account {
  public constructor(private readonly emulator: Emulator) {}

  /** Names of the stacks that stand in a Region. */
  public async stacks(region: string): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const page of paginateDescribeStacks({ client: this.cloudFormation(region) }, {}))
      for (const { StackName, StackStatus } of page.Stacks ?? [])
        if (StackName !== undefined && StackStatus !== 'DELETE_COMPLETE') names.push(StackName);
    return names.filter((name) => name !== 'CDKToolkit').sort();
  }

  public async status(region: string, stack: string): Promise<string | undefined> {
    const command = new DescribeStacksCommand({ StackName: stack });
    const { Stacks } = await this.cloudFormation(region).send(command);
    return Stacks?.[0]?.StackStatus;
  }

  /** Tags of a stack itself, which CloudFormation puts on what stands in it. */
  public async tags(region: string, stack: string): Promise<Readonly<Record<string, string>>> {
    const command = new DescribeStacksCommand({ StackName: stack });
    const { Stacks } = await this.cloudFormation(region).send(command);
    return Object.fromEntries(
      (Stacks?.[0]?.Tags ?? []).map((it) => [it.Key ?? '', it.Value ?? '']),
    );
  }

  public async resources(region: string, stack: string): Promise<readonly StackResource[]> {
    const command = new DescribeStackResourcesCommand({ StackName: stack });
    const { StackResources } = await this.cloudFormation(region).send(command);
    return StackResources ?? [];
  }

  public async events(region: string, stack: string): Promise<readonly StackEvent[]> {
    const command = new DescribeStackEventsCommand({ StackName: stack });
    return (await this.cloudFormation(region).send(command)).StackEvents ?? [];
  }

  /** Creates a stack; answers why it failed, undefined where it did not. */
  public async create(
    region: string,
    stack: string,
    template: object,
  ): Promise<string | undefined> {
    const command = new CreateStackCommand({ StackName: stack, TemplateBody: text(template) });
    return await this.operate(region, stack, (client) => client.send(command));
  }

  /** Updates a stack; answers why it failed, undefined where it did not. */
  public async update(
    region: string,
    stack: string,
    template: object,
  ): Promise<string | undefined> {
    const command = new UpdateStackCommand({ StackName: stack, TemplateBody: text(template) });
    return await this.operate(region, stack, (client) => client.send(command));
  }

  /** Deletes a stack; answers why it failed, undefined where it did not. */
  public async delete(region: string, stack: string): Promise<string | undefined> {
    const command = new DeleteStackCommand({ StackName: stack });
    return await this.operate(region, stack, (client) => client.send(command));
  }

  /** Does it and waits for it; the reason of its first failure. */
  private async operate(
    region: string,
    stack: string,
    send: (client: CloudFormationClient) => Promise<unknown>,
  ): Promise<string | undefined> {
    const ids = async (): Promise<readonly StackEvent[]> =>
      await this.events(region, stack).catch(() => []);
    const before = new Set((await ids()).map(({ EventId }) => EventId));
    try {
      await send(this.cloudFormation(region));
    } catch (error) {
      return String(error);
    }
    for (;;) {
      const status = await this.status(region, stack).catch(() => 'DELETE_COMPLETE');
      if (status?.endsWith('_IN_PROGRESS') !== true) break;
      await sleep(50);
    }
    const failed = (await ids()).filter(
      ({ EventId, ResourceStatus }) =>
        !before.has(EventId) && ResourceStatus?.endsWith('_FAILED') === true,
    );
    return failed.at(-1)?.ResourceStatusReason;
  }

  /** Value of an SSM parameter, where there is one. */
  public async parameter(region: string, name: string): Promise<string | undefined> {
    try {
      const client = new SSMClient(this.options(region));
      const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
      return Parameter?.Value;
    } catch (error) {
      if (error instanceof ParameterNotFound) return undefined;
      throw error;
    }
  }

  public async secret(region: string, name: string): Promise<string> {
    return await new Secrets(this.api(), region).text(name);
  }

  /** S3 as it answers in a Region. */
  public buckets(region: string): S3Client {
    return new S3Client({ ...this.options(region), forcePathStyle: true });
  }

  /** A variable of a function's environment, as it was deployed. */
  public async variable(region: string, name: string, of: string): Promise<string | undefined> {
    const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'emulated' };
    const client = new AwsClient({ ...credentials, region, service: 'lambda' });
    const path = `/2015-03-31/functions/${name}/configuration`;
    const answer = (await (await client.fetch(`${this.emulator.url}${path}`)).json()) as {
      readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
    };
    return answer.Environment?.Variables?.[of];
  }

  /** What DSQL knows of a cluster, by its id. */
  public async dsqlCluster(region: string, id: string): Promise<DsqlCluster> {
    const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'emulated' };
    const client = new AwsClient({ ...credentials, region, service: 'dsql' });
    const answer = await client.fetch(`${this.emulator.url}/cluster/${id}`);
    return (await answer.json()) as DsqlCluster;
  }

  /** Calls of the JSON protocol: DynamoDB and Secrets Manager. */
  public api(): AwsApi {
    const { url } = this.emulator;
    const keys = { accessKeyId: ACCOUNT, secretAccessKey: 'emulated' };
    return new AwsApi({
      credentials: () => Promise.resolve(keys),
      endpoints: { dynamodb: url, secretsmanager: url },
    });
  }

  /**
   * An HTTPS request as a client's would reach the load balancer: TLS itself is not emulated.
   * @throws Error with what functions logged, where the answer is a defect of theirs
   */
  public async ask(
    host: string,
    path: string,
    options: {
      readonly method?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: object;
    } = {},
  ): Promise<Answer> {
    const { port } = new URL(this.emulator.url);
    const text = options.body === undefined ? undefined : JSON.stringify(options.body);
    const headers = {
      host,
      ...(text !== undefined && { 'content-type': 'application/json' }),
      ...options.headers,
    };
    const { method = 'GET' } = options;
    const answer = await new Promise<Answer>((resolve, reject) => {
      const call = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const body = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
      });
      call.once('error', reject);
      call.end(text);
    });
    if (answer.status === 500)
      throw new Error(
        `${method} ${path} was answered 500: ${answer.body}; ${this.emulator.functionErrors.join('; ')}`,
      );
    return answer;
  }

  private cloudFormation(region: string): CloudFormationClient {
    return new CloudFormationClient(this.options(region));
  }

  private options(region: string) {
    const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'emulated' };
    return { region, endpoint: this.emulator.url, credentials, maxAttempts: 2 };
  }
}

function text(template: object): string {
  return JSON.stringify(template);
}
