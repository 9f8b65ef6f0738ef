import type { Assembly } from '../../../assembly';
import { CommandError } from '../../../command';
import { property } from '../../../assembly';
import { normal } from './records';

/** The product's public zone: its name, and its id where the templates hold it. */
export interface Zone {
  readonly name: string;
  readonly id: string | undefined;
}

/** @throws CommandError where the templates have no records */
export function zoneOf(assembly: Assembly): Zone {
  const [created] = assembly.resources({ type: 'AWS::Route53::HostedZone' });
  if (created !== undefined) {
    const name = assembly.resolve(property(created.properties, 'Name'), created);
    if (name.kind === 'known' && typeof name.value === 'string') {
      return { name: normal(name.value), id: undefined };
    }
  }
  const [record] = assembly.resources({ type: 'AWS::Route53::RecordSet' });
  if (record === undefined) {
    throw new CommandError('the templates have no DNS records, so there is nothing to ask', 2);
  }
  const id = assembly.resolve(property(record.properties, 'HostedZoneId'), record);
  const name = assembly.resolve(property(record.properties, 'Name'), record);
  return {
    name: name.kind === 'known' && typeof name.value === 'string' ? normal(name.value) : '',
    id: id.kind === 'known' && typeof id.value === 'string' ? id.value : undefined,
  };
}
