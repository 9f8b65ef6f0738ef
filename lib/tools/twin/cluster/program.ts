import { runChild } from '../processes';
import type { ClusterConfig } from '.';
import { startCluster } from '.';

runChild((config) => startCluster(config as ClusterConfig));
