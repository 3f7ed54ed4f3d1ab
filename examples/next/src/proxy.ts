export { proxy } from './latchkey.ts';

export const config = { matcher: ['/reports/:path*'] };
