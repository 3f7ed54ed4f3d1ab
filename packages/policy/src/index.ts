export { policy, type AppPermission, type AppRole } from './policy.ts';
