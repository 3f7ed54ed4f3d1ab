export { withLatchkey } from './with-latchkey.ts';
