export type { Answer, ClientLocation, Question } from './model';
export type { Coordinates, GeoPolicy, RecordSet, RecordType, RoutingPolicy } from './model';
export { recordSets, type RecordSets, type SkippedRecordSet } from './record-sets';
export { startDns, type DnsOptions, type DnsServer } from './server';
export { VANTAGES, type Vantage } from './vantages';
export { answerMessage } from './answer-message';
export { Authority, type AuthorityOptions } from './authority';
export { Locator } from './locator';
export { distance } from './private/great-circle';
