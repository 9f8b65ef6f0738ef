import { regionFacts } from '../../lib/config';
import type { Deployment, RegionName } from '../../lib/config';

const pascalCase = (region: RegionName): string =>
  region
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

/** Replaces code, and the content hashes of assets, both of which change with every change of code. */
export function withoutHashes(template: string): string {
  const text = template
    .replaceAll(/("--input-type=module",\s*"-e",\s*)"(?:[^"\\]|\\.)*"/g, '$1"<BOOTSTRAP>"')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '<HASH>');
  // The CDK orders permissions on assets by their hashes.
  return text.replaceAll(/\[\s*(?:"[^"]*<HASH>[^"]*",?\s*){2,}\]/g, (list) =>
    JSON.stringify((JSON.parse(list) as readonly string[]).toSorted()),
  );
}

/**
 * Replaces in a Region's template all that may differ between Regions by what it stands for, so that
 * templates of one kind are equal exactly if the Regions are.
 */
export function withoutRegion(template: string, deployment: Deployment, name: RegionName): string {
  const region = deployment.regions.find((one) => one.name === name)!;
  const peers = deployment.regions.map((one) => one.name).filter((one) => one !== name);
  let text = withoutHashes(template)
    // Lists and seeds that name every Region, in a fixed order or by distance.
    .replaceAll(/("TOPOLOGY_REGIONS": )"[^"]*"/g, '$1"<CONTROL>"')
    .replaceAll(/("PEER_URLS": )"[^"]*"/g, '$1"<PEERS>"')
    .replaceAll(/("Name": "TOPOLOGY_REGIONS",\s*"Value": )"[^"]*"/g, '$1"<CONTROL>"')
    .replaceAll(/("Name": "PEER_URLS",\s*"Value": )"[^"]*"/g, '$1"<PEERS>"')
    .replaceAll(/("Seed": )"(?:[^"\\]|\\.)*"/g, '$1"<SEED>"')
    .replaceAll(/arn:aws:dynamodb:[^:]+:\d+:table\/\w+-topology/g, '<TOPOLOGY>')
    .replaceAll(/("BirthRegion": \{\s*"Type": "String",\s*"Default": )"[^"]*"/g, '$1"<BIRTH>"')
    .replaceAll(regionFacts(name).cloudFrontPrefixList, '<PREFIX-LIST>')
    .replaceAll(region.cidr.replace('.0.0/16', '.'), '10.<OCTET>.');
  for (const [index, zone] of region.zones.entries()) {
    text = text.replaceAll(`"${zone}"`, `"<ZONE ${index}>"`);
  }
  text = text.replaceAll(name, '<REGION>');
  for (const [index, peer] of peers.entries()) {
    const id = new RegExp(`NatAddresses${pascalCase(peer)}[0-9A-F]{8}`, 'g');
    text = text.replaceAll(id, `NatAddressesOfPeer${index}`).replaceAll(peer, '<PEER>');
  }
  return text;
}
