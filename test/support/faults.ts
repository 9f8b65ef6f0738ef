import { DeclarationError, resolveDeployment } from '../../lib/config';
import type { Fault } from '../../lib/config';

/** What is wrong with a declaration, in the order reported; nothing where it resolves. */
export function faultsIn(declaration: unknown): readonly Fault[] {
  try {
    resolveDeployment(declaration);
  } catch (error) {
    if (error instanceof DeclarationError) return error.faults;
    throw error;
  }
  return [];
}
