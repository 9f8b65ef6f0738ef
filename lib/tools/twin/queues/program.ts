import { runChild } from '../processes';
import type { QueuesConfig } from '.';
import { startQueues } from '.';

runChild((config) => startQueues(config as QueuesConfig));
