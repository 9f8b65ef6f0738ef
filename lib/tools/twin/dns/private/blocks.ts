import { BlockList, isIPv6 } from 'node:net';

/** Blocks of addresses, read once: a record is asked for thousands of times a second. */
export class Blocks {
  private static readonly read = new WeakMap<readonly string[], Blocks>();
  private readonly lists: readonly { readonly bits: number; readonly list: BlockList }[];

  private constructor(blocks: readonly string[]) {
    this.lists = blocks
      .map((block) => {
        const [network = '', bits] = block.split('/');
        const list = new BlockList();
        list.addSubnet(network, Number(bits), isIPv6(network) ? 'ipv6' : 'ipv4');
        return { bits: Number(bits), list };
      })
      .sort((one, other) => other.bits - one.bits);
  }

  /** Bits of the longest block around an address; -1 where there is none. */
  public static longest(blocks: readonly string[], address: string): number {
    const known = Blocks.read.get(blocks) ?? new Blocks(blocks);
    Blocks.read.set(blocks, known);
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    return known.lists.find(({ list }) => list.check(address, family))?.bits ?? -1;
  }
}
