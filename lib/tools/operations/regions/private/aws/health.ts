import type { Deployment } from '../../../../../config';
import { Names } from '../../../../../config';
import { HEALTHY_SHARE, Route53 } from '../../../geo';

/** What Route 53's checkers say of a Region's own name; asked once for all Regions. */
export class RegionHealth {
  private readonly names: Names;
  private readonly api = new Route53();
  private made: ReturnType<Route53['healthChecks']> | undefined;

  public constructor(deployment: Deployment) {
    this.names = new Names(deployment);
  }

  /** @throws Error where the check is not there, nobody has reported, or Route 53 does not answer */
  public async answers(region: string): Promise<boolean> {
    const host = this.names.regionalHost(region);
    const checks = await (this.made ??= this.api.healthChecks());
    const own = checks.filter(({ HealthCheckConfig: it }) => it?.FullyQualifiedDomainName === host);
    const [only, second] = own;
    if (only === undefined || second !== undefined) {
      throw new Error(`the account has ${own.length} health checks of ${host}, not one`);
    }
    if (only.HealthCheckConfig?.Disabled === true) throw new Error('its health check is disabled');
    const seen = await this.api.observations(only.Id ?? '');
    if (seen.length === 0) throw new Error('no checker has reported yet');
    const well = seen.filter(({ StatusReport: it }) => /^success/i.test(it?.Status ?? ''));
    return well.length / seen.length > HEALTHY_SHARE;
  }

  public close(): void {
    this.api.close();
  }
}
