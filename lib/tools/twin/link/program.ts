import { runChild } from '../processes';
import type { LinkConfig } from '.';
import { startLink } from '.';

runChild((config) => startLink(config as LinkConfig));
