export { start, type Emulator, type StartOptions } from './start.ts';
export { developmentKeys } from './model/development-keys.ts';
export { parseSeed, type Seed } from './seed.ts';
