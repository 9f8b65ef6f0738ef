import { parseTopology, type TopologyDocument } from '../topology';
import type { Table } from './dynamodb';

/** What a Region last knew of the topology, for processes that start while the control table is out of reach. */
export interface TopologyCopy {
  /** `undefined` where nothing is known. */
  load(): Promise<TopologyDocument | undefined>;
  keep(document: TopologyDocument): Promise<void>;
}

/**
 * An item of the Region's own replica of the sessions' table, which a server needs anyway: `topology#REGION`, written
 * by that Region alone. A document that is no newer than the one there is left alone.
 */
export class SessionTableCopy implements TopologyCopy {
  private readonly key: { readonly sid: string };

  constructor(
    private readonly table: Pick<Table, 'get' | 'put'>,
    region: string,
  ) {
    this.key = { sid: `topology#${region}` };
  }

  async load(): Promise<TopologyDocument | undefined> {
    const item = await this.table.get(this.key, { consistent: false });
    return typeof item?.document === 'string' ? parseTopology(item.document) : undefined;
  }

  async keep(document: TopologyDocument): Promise<void> {
    const { epoch } = document;
    await this.table.put(
      { ...this.key, epoch, document: JSON.stringify(document) },
      {
        expression: 'attribute_not_exists(epoch) OR epoch < :epoch',
        values: { ':epoch': epoch },
      },
    );
  }
}
