export { register } from './register.ts';
export { withLatchkey } from './with-latchkey.ts';
