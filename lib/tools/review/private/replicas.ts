import type { AssemblyResource } from '../../assembly';
import { within } from './view';
import type { View } from './view';

/** Regions in which a global table has replicas, as far as its template says. */
export const replicaRegions = (view: View, table: AssemblyResource): readonly string[] =>
  view.list(table, 'Replicas').flatMap((it) => view.textOf(within(it, 'Region')) ?? []);

/** Regions in which any table has one, each once. */
export const everyReplicaRegion = (view: View): readonly string[] => [
  ...new Set(view.all('AWS::DynamoDB::GlobalTable').flatMap((it) => replicaRegions(view, it))),
];
