export type * from './json.ts';
export type * from './options.ts';
export type * from './query.ts';
export type * from './result.ts';
export type * from './world.ts';
export { check } from './check.ts';
export { worldFromDocument, type DataDocument } from './world-from-document.ts';
