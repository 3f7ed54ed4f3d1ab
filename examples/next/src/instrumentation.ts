export { register } from '@latchkey/next/config';
