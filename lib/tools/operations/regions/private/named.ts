import { CommandError, didYouMean } from '../../../command';
import type { Estate } from '../model';
import { reasonOf } from './look';

/** What of the document tells what a shard holds (lambda/topology.ts). */
interface Held {
  readonly domains?: Readonly<Record<string, unknown>>;
}

/**
 * A shard's own name, or the shards that hold some of a domain or store.
 *
 * @throws CommandError (2) listing what there is; (1) where the document cannot be read
 */
export async function shardsNamed(
  { control, stores }: Pick<Estate, 'control' | 'stores'>,
  name: string,
): Promise<readonly string[]> {
  const { shards } = await control.read().catch((error: unknown) => {
    throw new CommandError(reasonOf(error), 1);
  });
  if (Object.hasOwn(shards, name)) return [name];
  const domainsOf = (shard: string) => Object.keys((shards[shard] as Held).domains ?? {});
  const wanted = Object.hasOwn(stores, name) ? (stores[name] ?? []) : [name];
  const found = Object.keys(shards).filter((shard) =>
    domainsOf(shard).some((domain) => wanted.includes(domain)),
  );
  if (found.length > 0) return found;
  const domains = Object.keys(shards).flatMap(domainsOf);
  const all = [...new Set([...Object.keys(shards), ...Object.keys(stores), ...domains])];
  const got = `${name}${didYouMean(name, all)}`;
  throw new CommandError(
    `it must be a shard, store or domain of ${all.join(', ')}, got: ${got}`,
    2,
  );
}
