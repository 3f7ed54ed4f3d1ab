export { start, type Emulator, type StartOptions } from './start.ts';
export type { Seed } from './seed/schema.ts';
