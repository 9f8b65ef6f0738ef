export { buildBundles, buildBundlesOf, BundleError } from './build-bundles';
export type { Bundles } from './build-bundles';
