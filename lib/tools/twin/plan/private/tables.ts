import type { AssemblyResource } from '../../../assembly';
import type { AttributeDefinition, IndexConfig, KeyElement } from '../../tables';
import type { TemplateReader } from './reader';
import { asList, asObject, asText, raw } from './reader';

/** A global table, as its template has it. */
export interface PlannedTable {
  readonly name: string;
  readonly keySchema: readonly KeyElement[];
  readonly attributes: readonly AttributeDefinition[];
  readonly indexes: readonly IndexConfig[];
  /** Regions that hold a replica. */
  readonly regions: readonly string[];
  /** Strongly consistent over its Regions. */
  readonly strong: boolean;
}

export function planTables(reader: TemplateReader): readonly PlannedTable[] {
  return reader.resources('AWS::DynamoDB::GlobalTable').map((resource) => ({
    name: reader.text(resource, 'TableName') ?? resource.logicalId,
    keySchema: reader.value(resource, 'KeySchema') as unknown as readonly KeyElement[],
    attributes: reader.value(
      resource,
      'AttributeDefinitions',
    ) as unknown as readonly AttributeDefinition[],
    indexes: indexesOf(reader, resource),
    // Only the Regions: the rest of a replica speaks of keys that the twin does not have.
    regions: asList(raw(resource, ['Replicas'])).map((replica) =>
      asText(reader.evaluate(resource, asObject(replica)['Region'], 'Replicas')),
    ),
    strong: reader.text(resource, 'MultiRegionConsistency') === 'STRONG',
  }));
}

function indexesOf(reader: TemplateReader, resource: AssemblyResource): readonly IndexConfig[] {
  const indexes = asList(reader.value(resource, 'GlobalSecondaryIndexes'));
  return indexes.map((index) => {
    const { IndexName, KeySchema, Projection } = asObject(index) as unknown as IndexConfig;
    return { IndexName, KeySchema, Projection };
  });
}
