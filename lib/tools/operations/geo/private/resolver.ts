/** Somebody who can be asked what a name leads to. */
export interface GeoResolver {
  /**
   * IPv4 addresses of a name as a client would get them; empty where there are none.
   *
   * @param network first address of the client's /24; without it nobody's place is told
   * @throws Unanswered where the answer cannot be had, or does not hold for that client
   */
  addresses(name: string, network: string | undefined): Promise<readonly string[]>;
}

/** Bits of the client's network that are told, as public resolvers do. */
export const TOLD_BITS = 24;

/** Nobody answered, or not the question that was asked: unknown, which is not healthy. */
export class Unanswered extends Error {
  public override readonly name = 'Unanswered';
}

/** After so many failures without an answer in between nobody is asked again. */
const HOPELESS = 5;

/** Stops asking somebody who is not there: the rest is unknown for the same reason. */
export function failingFast(resolver: GeoResolver): GeoResolver {
  let failures = 0;
  let last: Unanswered | undefined;
  return {
    addresses: async (name, network) => {
      if (failures >= HOPELESS && last !== undefined) throw last;
      try {
        const addresses = await resolver.addresses(name, network);
        failures = 0;
        return addresses;
      } catch (error) {
        if (error instanceof Unanswered) {
          failures += 1;
          last = error;
        }
        throw error;
      }
    },
  };
}
