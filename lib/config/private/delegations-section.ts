import type { Delegation } from '../deployment';
import type { Field } from './field';
import { text } from './rules';

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const LABELS = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
const NAME_SERVER = text(
  new RegExp(`^(?:${LABEL}\\.)+${LABEL}\\.?$`),
  'the DNS name of a name server, such as "ns-1.example.net"',
);
/** What this deployment answers for itself. */
const OWN = /^(?:.+\.)?(?:origin|api|uploads)$/;
/** A zone with one name server is lost with it. */
const FEWEST = 2;

/** Subdomains that other zones answer for. */
export function readDelegations(field: Field, domainName: string): readonly Delegation[] {
  if (!field.present) return [];
  return (field.anyMap('list of name servers') ?? []).map(([label, servers]) => {
    if (!LABELS.test(label) || OWN.test(label)) {
      servers.reject(
        'labels of lower-case letters, digits and hyphens; not origin, api or uploads',
        `a subdomain ${JSON.stringify(label)}`,
      );
    }
    const allowed = `a list of ${FEWEST} or more different name servers`;
    const items = servers.list(allowed) ?? [];
    const nameServers = items.map((item) => item.require(NAME_SERVER, ''));
    if (!servers.faulty && new Set(nameServers).size < FEWEST) servers.reject(allowed);
    return { name: `${label}.${domainName}`, nameServers };
  });
}
