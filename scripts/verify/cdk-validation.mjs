import { assembly, references, stacks } from './assemblies.mjs';

/** The rules that the CDK library runs on every template; unit tests leave them out for their cost. */
export async function cdkValidation(context) {
  const faults = [];
  let count = 0;
  for (const reference of references(context.root)) {
    try {
      count += stacks(await assembly(reference, context)).length;
    } catch (error) {
      faults.push(error.message);
    }
  }
  return { faults, detail: `${count} stacks of ${references(context.root).join(', ')}` };
}
