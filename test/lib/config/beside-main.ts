import reference from '../../../lib/config/declarations/multi-region';
import { faultsIn } from '../../support/faults';

/** One Region set. */
export const AMERICA = ['us-east-1', 'us-east-2', 'us-west-2'];

/** A deployment of four Regions, three of them of one set, with a store beside `main`. */
export const withStore = (store: object, more: object = {}): object => ({
  ...reference,
  regions: Object.fromEntries([...AMERICA, 'eu-central-1'].map((name) => [name, {}])),
  stores: { main: { engine: 'aurora' }, ledger: store },
  ...more,
});

/** Faults as `path: found; allowed`. */
export const faultsOf = (input: unknown): readonly string[] =>
  faultsIn(input).map(({ path, found, allowed }) => `${path}: ${found}; ${allowed}`);
