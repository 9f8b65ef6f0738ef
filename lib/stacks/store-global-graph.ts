import type { Construct } from 'constructs';
import type { NeptuneStore, RegionName } from '../config';
import { NeptuneGlobal } from '../constructs/database';
import type { MeridianStackProps } from './private/meridian-stack';
import { StoreStack } from './private/store-stack';

export interface StoreGlobalGraphProps extends MeridianStackProps {
  /** The store with clusters in two Regions or more. */
  readonly store: NeptuneStore;
  /** Where its cluster was born. */
  readonly birthRegion: RegionName;
}

/** The global database around a graph; nothing that serves needs this stack to be up. */
export class StoreGlobalGraph extends StoreStack {
  public constructor(scope: Construct, id: string, props: StoreGlobalGraphProps) {
    const { deployment, store, birthRegion } = props;
    super(scope, id, { deployment, store, what: 'global database' });
    new NeptuneGlobal(this, 'Graph', { deployment, store, birthRegion });
  }
}
