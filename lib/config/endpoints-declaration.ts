/** Readers of each of a store's clusters under a name of their own, in each Region. */
export interface EndpointDeclaration {
  /**
   * Numbers of the instances that answer, from 2 on: the first is the one that is born as the writer. Readers
   * that scaling adds have no number, and stay with the services.
   */
  readonly instances: readonly number[];
  /**
   * Whether they answer there alone: the services of the Region read from the others, and no other is
   * promoted inside the Region later than these. Not beside a proxy, which knows no such readers.
   * @default true
   */
  readonly exclusive?: boolean;
}

/** The same with every default filled in. */
export interface Endpoint {
  readonly name: string;
  readonly instances: readonly number[];
  readonly exclusive: boolean;
}

/** Of the readers that are left for the services, where some are set aside. */
export const SERVICES_ENDPOINT = 'services';

/** Numbers of the instances that answer under a name of their own alone. */
export function setAside(endpoints: readonly Endpoint[]): ReadonlySet<number> {
  return new Set(
    endpoints.filter(({ exclusive }) => exclusive).flatMap(({ instances }) => instances),
  );
}
