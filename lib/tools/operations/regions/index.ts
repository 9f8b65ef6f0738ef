/**
 * What people do to Regions: look, drain, evacuate, switch over, return. On a deployment at AWS and on
 * a twin by the same code, through data planes alone; a person decides.
 */
export {
  registerDrain,
  registerEvacuate,
  registerReturn,
  registerStatus,
  registerSwitchover,
} from './command';
export { drainOf, evacuationOf, operate, returnOf, switchoverOf } from './operate';
export type { OperateOptions, Operation } from './operate';
export { statusOf } from './private/status';
export { awsEstate } from './private/aws/estate';
export { twinEstate } from './private/twin';
export type * from './model';
