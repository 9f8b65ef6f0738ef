export { registerSynth } from './command';
export { synthesize } from './synthesize';
export type { SynthesizeOptions } from './synthesize';
