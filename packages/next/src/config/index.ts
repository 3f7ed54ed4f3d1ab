export { register } from './with-latchkey.ts';
export { withLatchkey } from './with-latchkey.ts';
