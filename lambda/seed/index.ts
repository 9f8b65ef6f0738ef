export { type Seed, SEED_PASSWORD, SEED_SIZE, type SeedSize, type SeedUser, seedOf } from './data';
export { type Connect, loadDirectory, loadSeed } from './load';
