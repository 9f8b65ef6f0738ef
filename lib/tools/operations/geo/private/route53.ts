import {
  GetHealthCheckLastFailureReasonCommand,
  GetHealthCheckStatusCommand,
  ListHostedZonesByNameCommand,
  Route53Client,
  TestDNSAnswerCommand,
  paginateListHealthChecks,
} from '@aws-sdk/client-route-53';
import type {
  HealthCheck,
  HealthCheckObservation,
  ListHostedZonesByNameResponse,
} from '@aws-sdk/client-route-53';
import { Pace } from './pace';
import { TOLD_BITS, Unanswered } from './resolver';

/** Route 53 takes five requests a second of an account; one is left for others. */
const REQUESTS_PER_SECOND = 4;
const PAGE = 100;

export interface Route53Options {
  /** @default 4 */
  readonly requestsPerSecond?: number;
  /** Attempts of a request, the first included. @default 8 */
  readonly maxAttempts?: number;
}

/**
 * What `geo` asks of Route 53, at a pace that leaves room for others, with retries. Credentials and
 * endpoint come from the environment as the SDK has them. Every method throws {@link Unanswered}
 * where no answer can be had.
 */
export class Route53 {
  private readonly client: Route53Client;
  private readonly pace: Pace;

  public constructor(options: Route53Options = {}) {
    this.client = new Route53Client({
      // The API has one place; without it the SDK asks the environment for a Region.
      region: 'us-east-1',
      maxAttempts: options.maxAttempts ?? 8,
      requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000 },
    });
    this.pace = new Pace(options.requestsPerSecond ?? REQUESTS_PER_SECOND);
  }

  /** Id of the one public zone of a name. */
  public async zoneId(name: string): Promise<string> {
    const wanted = `${name}.`;
    const found: string[] = [];
    let next: { DNSName?: string; HostedZoneId?: string } = { DNSName: wanted };
    for (;;) {
      const at = next;
      const page: ListHostedZonesByNameResponse = await this.send(() =>
        this.client.send(new ListHostedZonesByNameCommand({ ...at, MaxItems: PAGE })),
      );
      // In the order of names: past the wanted one there is nothing more.
      const zones = (page.HostedZones ?? []).filter((zone) => zone.Name === wanted);
      found.push(...zones.filter((zone) => zone.Config?.PrivateZone !== true).map(idOf));
      if (page.IsTruncated !== true || page.NextDNSName !== wanted) break;
      next = {
        DNSName: page.NextDNSName,
        ...(page.NextHostedZoneId !== undefined && { HostedZoneId: page.NextHostedZoneId }),
      };
    }
    const [only, second] = found;
    if (only === undefined) throw new Unanswered(`the account has no public zone ${name}`);
    if (second !== undefined) {
      throw new Unanswered(`the account has ${found.length} zones ${name}: --zone names one`);
    }
    return only;
  }

  /** IPv4 addresses as a client of `network` gets them through a resolver at `resolver`. */
  public async answer(
    zone: string,
    name: string,
    network: string | undefined,
    resolver: string,
  ): Promise<readonly string[]> {
    const { ResponseCode: code, RecordData: data = [] } = await this.send(() =>
      this.client.send(
        new TestDNSAnswerCommand({
          ...{ HostedZoneId: zone, RecordName: name, RecordType: 'A', ResolverIP: resolver },
          ...(network !== undefined && {
            EDNS0ClientSubnetIP: network,
            EDNS0ClientSubnetMask: String(TOLD_BITS),
          }),
        }),
      ),
    );
    if (code === 'NXDOMAIN') return [];
    if (code !== 'NOERROR') throw new Unanswered(`Route 53 answered ${code ?? 'nothing'}`);
    return data;
  }

  public async healthChecks(): Promise<readonly HealthCheck[]> {
    const found: HealthCheck[] = [];
    const pages = paginateListHealthChecks({ client: this.client, pageSize: PAGE }, {});
    for (;;) {
      const page = await this.send(() => pages.next());
      if (page.done === true) return found;
      found.push(...(page.value.HealthChecks ?? []));
    }
  }

  /** What each checker saw last. */
  public async observations(id: string): Promise<readonly HealthCheckObservation[]> {
    const command = new GetHealthCheckStatusCommand({ HealthCheckId: id });
    return (await this.send(() => this.client.send(command))).HealthCheckObservations ?? [];
  }

  /** Each checker's last failure. */
  public async lastFailures(id: string): Promise<readonly HealthCheckObservation[]> {
    const command = new GetHealthCheckLastFailureReasonCommand({ HealthCheckId: id });
    return (await this.send(() => this.client.send(command))).HealthCheckObservations ?? [];
  }

  public close(): void {
    this.client.destroy();
  }

  private async send<T>(request: () => Promise<T>): Promise<T> {
    await this.pace.turn();
    try {
      return await request();
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      // A refused connection comes as an error of several addresses, without a message.
      throw new Unanswered(`Route 53: ${[name, message].filter(Boolean).join(': ')}`);
    }
  }
}

function idOf(zone: { readonly Id?: string | undefined }): string {
  return (zone.Id ?? '').replace(/^\/hostedzone\//, '');
}
