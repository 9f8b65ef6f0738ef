import { isJsonList, isJsonObject, property, type Json } from '../json';
import type { Assembly, AssemblyStack } from '../model';

/** A value that another stack supplies, to be evaluated where it stands. */
export interface SuppliedValue {
  readonly value: Json;
  readonly stack: AssemblyStack;
}

/** Type of the custom resource that writes an id into SSM parameters of other Regions. */
const BINDING = 'Custom::MeridianBinding';

/**
 * What stacks supply to each other: exports (same account and Region), outputs by stack name, and
 * SSM parameters, either of the same Region or written there by a binding. Indexed at first use.
 */
export class CrossStackValues {
  private exports: Map<string, SuppliedValue> | undefined;
  private parameters: Map<string, SuppliedValue> | undefined;
  private stacksByName: Map<string, AssemblyStack> | undefined;

  public constructor(private readonly assembly: Assembly) {}

  /** A Region's export. @param near decides account and Region */
  public exported(name: string, near: AssemblyStack): SuppliedValue | undefined {
    return (this.exports ?? this.indexExports()).get(address(near, near.region, name));
  }

  /** An output of a stack in any Region of the account of `near`. */
  public output(
    stackName: string,
    outputName: string,
    region: string,
    near: AssemblyStack,
  ): SuppliedValue | undefined {
    this.stacksByName ??= new Map(
      [...this.assembly.stacks.values()].map((it) => [address(it, it.region, it.name), it]),
    );
    const stack = this.stacksByName.get(address(near, region, stackName));
    const output = stack && property(stack.template.outputs, outputName);
    const value = isJsonObject(output) ? property(output, 'Value') : undefined;
    return stack === undefined || value === undefined ? undefined : { value, stack };
  }

  /** What a resource of the assembly writes into an SSM parameter of the Region of `near`. */
  public parameter(name: string, near: AssemblyStack): SuppliedValue | undefined {
    return (this.parameters ?? this.indexParameters()).get(address(near, near.region, name));
  }

  private indexExports(): Map<string, SuppliedValue> {
    // Set before it is filled, so that a name which itself asks for an export ends.
    const index = (this.exports = new Map<string, SuppliedValue>());
    for (const stack of this.assembly.stacks.values()) {
      for (const output of Object.values(stack.template.outputs)) {
        if (!isJsonObject(output)) continue;
        const target = property(output, 'Export');
        const value = property(output, 'Value');
        if (!isJsonObject(target) || value === undefined) continue;
        const name = this.known(property(target, 'Name'), stack);
        if (typeof name === 'string')
          index.set(address(stack, stack.region, name), { value, stack });
      }
    }
    return index;
  }

  private indexParameters(): Map<string, SuppliedValue> {
    const index = (this.parameters = new Map<string, SuppliedValue>());
    for (const type of [BINDING, 'AWS::SSM::Parameter']) {
      for (const { stack, properties } of this.assembly.resources({ type })) {
        const name = this.known(property(properties, 'Name'), stack);
        const value = property(properties, 'Value');
        if (typeof name !== 'string' || value === undefined) continue;
        const regions =
          type === BINDING ? this.known(property(properties, 'Regions'), stack) : [stack.region];
        for (const region of isJsonList(regions) ? regions : []) {
          if (typeof region === 'string') index.set(address(stack, region, name), { value, stack });
        }
      }
    }
    return index;
  }

  private known(value: Json | undefined, stack: AssemblyStack): Json | undefined {
    if (value === undefined) return undefined;
    const resolution = this.assembly.resolve(value, stack);
    return resolution.kind === 'known' ? resolution.value : undefined;
  }
}

/** The parts cannot hold a line break, so no two addresses meet. */
function address(stack: AssemblyStack, region: string, name: string): string {
  return `${stack.account}\n${region}\n${name}`;
}
