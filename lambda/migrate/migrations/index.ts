import type { Migration } from '../migration';
import { CONTENT } from './content';
import { DISCOVERY } from './discovery';
import { IDENTITY } from './identity';
import { SOCIAL } from './social';

/** Every domain that has a schema here, by name. */
export const MIGRATIONS: Readonly<Record<string, readonly Migration[]>> = {
  identity: IDENTITY,
  content: CONTENT,
  social: SOCIAL,
  discovery: DISCOVERY,
};
