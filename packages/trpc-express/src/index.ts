export { createLeanMiddleware, type LeanMiddlewareOptions } from './create-lean-middleware.ts';
export { isHost } from './read-calls.ts';
