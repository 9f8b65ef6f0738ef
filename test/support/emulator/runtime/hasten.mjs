// Loaded before the CDK command line, which asks a stack's state every 5 s: real stacks take minutes,
// the emulator's are done at once. Timers of a second and more fire after a tenth of their time.
const SHORTEST_MS = 1_000;
const FACTOR = 10;

const { setTimeout } = globalThis;
globalThis.setTimeout = Object.assign(
  (callback, ms, ...rest) => setTimeout(callback, ms >= SHORTEST_MS ? ms / FACTOR : ms, ...rest),
  setTimeout,
);
