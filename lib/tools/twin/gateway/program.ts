import { runChild } from '../processes';
import type { GatewayConfig } from '.';
import { startGateway } from '.';

runChild((config) => startGateway(config as GatewayConfig));
