import type { Construct } from 'constructs';
import type { Deployment, Server as ServerConfig } from '../../config';
import {
  Credentials,
  Foundation,
  GlobalData,
  PublicNetwork,
  Server,
  Volume,
  Zone,
} from '../../stacks';
import type { Artifacts } from '../../stacks';
import { after } from './arrange';
import { declareStores } from './store-stage';

export interface ServerStageProps {
  /** The resolved declaration. */
  readonly deployment: Deployment;
  /** The one server. */
  readonly server: ServerConfig;
  /** What is built before constructs run. */
  readonly artifacts: Artifacts;
}

/**
 * The stacks of stage `single-server`. All that later stages keep has its place already and costs next
 * to nothing while it is idle: zone, key and buckets, credentials, tables, network. Only what is in
 * PostgreSQL moves, once.
 */
export function declareServer(scope: Construct, props: ServerStageProps): void {
  const { deployment, server, artifacts } = props;
  const [region] = deployment.regions;
  const [service] = deployment.services;
  if (region === undefined || service === undefined) return;
  const common = { deployment, region };
  const zone = deployment.zone === undefined ? [new Zone(scope, 'Zone', props)] : [];
  const foundation = new Foundation(scope, `Foundation-${region.name}`, common);
  const credentials = new Credentials(scope, 'Credentials', { deployment });
  const tables = new GlobalData(scope, 'GlobalData', { deployment, clusters: [] });
  const foundations = new Map([[region.name, foundation]]);
  const { stacks: stores } = declareStores(scope, deployment, {
    ...{ foundations, credentials, artifacts },
    networks: new Map(),
  });
  const network = new PublicNetwork(scope, `Network-${region.name}`, common);
  const volume = new Volume(scope, `Volume-${region.name}`, { ...common, server });
  for (const stack of [credentials, tables, network, volume]) after(stack, [foundation]);
  const { vpc } = network;
  const one = new Server(scope, `Server-${region.name}`, {
    ...common,
    ...{ server, service, vpc, volume, artifacts },
  });
  after(one, [...zone, ...stores, credentials, tables, network, volume]);
}
