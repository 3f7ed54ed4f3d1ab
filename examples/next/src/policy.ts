export { policy } from '@latchkey/policy';
