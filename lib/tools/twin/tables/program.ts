import { runChild } from '../processes';
import type { TablesConfig } from '.';
import { startTables } from '.';

runChild((config) => startTables(config as TablesConfig));
