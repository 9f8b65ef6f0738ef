import type { Work } from '../private/custom-resource';

/** `ResourceProperties` of `Custom::MeridianBinding`. */
export interface BindingProperties {
  /** Name of the SSM parameter, the same in each Region; also the physical id. */
  readonly Name: string;
  readonly Value: string;
  readonly Regions: readonly string[];
}

/** The two calls that a binding needs. */
export interface Parameters {
  put(region: string, name: string, value: string): Promise<void>;
  /** Deleting what is not there is no error. */
  delete(region: string, name: string): Promise<void>;
}

/**
 * Keeps a binding equal in all its Regions: writes it on Create and Update, and takes it away from
 * Regions that no longer read it. A changed name is a new physical id, so CloudFormation itself sends
 * a Delete for the old one.
 */
export function bindingWork(parameters: Parameters): Work<BindingProperties> {
  return async ({ RequestType, PhysicalResourceId, ResourceProperties, OldResourceProperties }) => {
    const { Name, Value, Regions } = ResourceProperties;
    if (RequestType === 'Delete') {
      // After a failed Create the id is not the name, and there is nothing of ours to delete.
      if (PhysicalResourceId === Name) {
        await Promise.all(Regions.map((region) => parameters.delete(region, Name)));
      }
      return PhysicalResourceId ?? Name;
    }
    await Promise.all(Regions.map((region) => parameters.put(region, Name, Value)));
    if (OldResourceProperties?.Name === Name) {
      const left = OldResourceProperties.Regions.filter((region) => !Regions.includes(region));
      await Promise.all(left.map((region) => parameters.delete(region, Name)));
    }
    return Name;
  };
}
