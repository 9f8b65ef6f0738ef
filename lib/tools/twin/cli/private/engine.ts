export { conditionOf } from './condition';
export { loadAssembly } from '../../../assembly';
export { surveyAssembly } from '../../plan';
export { startTwin } from '../../run';
export { prepare } from './prepare';
