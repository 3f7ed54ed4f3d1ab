export { createLeanMiddleware, type LeanMiddlewareOptions } from './create-lean-middleware.ts';
