import { cloudWatch, PATIENCE, PerRegion } from '../../../aws';

/** Minutes within which a copy has to have told how far it is behind; older is not known. */
const FRESH_MINUTES = 5;

/** How far copies are behind, by what Aurora publishes in the copy's own Region. */
export class Lags {
  private readonly clients = new PerRegion(
    (region) => new (cloudWatch().CloudWatchClient)({ ...PATIENCE, region }),
  );

  /**
   * @param source Region that writes, which the figure is told by
   * @returns undefined where nothing fresh is known: a missing figure is no lag of zero
   */
  public async seconds(
    region: string,
    cluster: string,
    source: string,
  ): Promise<number | undefined> {
    const now = Date.now();
    const { GetMetricStatisticsCommand } = cloudWatch();
    try {
      const { Datapoints: points = [] } = await this.clients.of(region).send(
        new GetMetricStatisticsCommand({
          ...{ Namespace: 'AWS/RDS', MetricName: 'AuroraGlobalDBReplicationLag' },
          Dimensions: [
            { Name: 'DBClusterIdentifier', Value: cluster },
            { Name: 'SourceRegion', Value: source },
          ],
          ...{ StartTime: new Date(now - FRESH_MINUTES * 60_000), EndTime: new Date(now) },
          ...{ Period: 60, Statistics: ['Maximum'] },
        }),
      );
      const time = (at: Date | undefined): number => at?.getTime() ?? 0;
      const [newest] = points.toSorted((one, other) => time(other.Timestamp) - time(one.Timestamp));
      return newest?.Maximum === undefined ? undefined : newest.Maximum / 1000;
    } catch {
      return undefined;
    }
  }

  public close(): void {
    this.clients.close();
  }
}
