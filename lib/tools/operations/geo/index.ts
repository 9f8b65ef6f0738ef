/**
 * Where users go: what the templates say that each country and city should reach, and what Route 53
 * or any other DNS server answers them.
 */
export { registerGeo } from './command';
export { geoReport } from './report';
export type { GeoOptions } from './report';
export type { GeoReport } from './model';
/** For whoever asks Route 53 for something else. */
export { HEALTHY_SHARE } from './private/ask-route53';
export { Route53 } from './private/route53';
export { landPath, MAP, project } from './private/map';
