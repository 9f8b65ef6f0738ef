import { runChild } from '../processes';
import type { ProxiesConfig } from '.';
import { startProxies } from '.';

runChild((config) => startProxies(config as ProxiesConfig));
