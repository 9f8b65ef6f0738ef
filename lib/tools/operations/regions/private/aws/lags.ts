import { cloudWatch, PATIENCE, PerRegion } from '../../../aws';
import { newestOf } from './newest';

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
    try {
      const milliseconds = await newestOf(this.clients.of(region), {
        ...{ namespace: 'AWS/RDS', metric: 'AuroraGlobalDBReplicationLag' },
        dimensions: { DBClusterIdentifier: cluster, SourceRegion: source },
        freshMinutes: FRESH_MINUTES,
      });
      return milliseconds === undefined ? undefined : milliseconds / 1000;
    } catch {
      return undefined;
    }
  }

  public close(): void {
    this.clients.close();
  }
}
