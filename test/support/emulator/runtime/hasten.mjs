// Loaded before the CDK command line, which asks a stack's state every 5 s: real stacks take minutes,
// the emulator's are done at once. Pauses of a second to five take a tenth of their time; what is longer
// is how long it waits for an answer, and stays.
const [SHORTEST_MS, LONGEST_MS] = [1_000, 5_000];
const FACTOR = 10;

const { setTimeout } = globalThis;
globalThis.setTimeout = Object.assign(
  (callback, ms, ...rest) =>
    setTimeout(callback, ms >= SHORTEST_MS && ms <= LONGEST_MS ? ms / FACTOR : ms, ...rest),
  setTimeout,
);
