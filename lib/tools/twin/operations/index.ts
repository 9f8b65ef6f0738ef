/**
 * What `meridian status`, `drain`, `evacuate`, `switchover` and `return` find in a twin in the place
 * of AWS's data planes: switches, databases, health checks and the servers' fence. The control table
 * they reach for themselves.
 */
export { operationsDesk } from './private/desk';
export { changeLink } from './private/link-desk';
export type { Call, DeskFacts, LinkCall } from './model';
