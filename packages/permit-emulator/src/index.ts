export { start, type Emulator, type StartOptions } from './start.ts';
export { developmentKeys } from './default-account.ts';
export { parseSeed, type Seed } from './seed.ts';
