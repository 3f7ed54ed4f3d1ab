export { start, type Emulator, type StartOptions } from './start.ts';
export { SignInError, type SignInOptions, type Tokens } from './control/programmatic-sign-in.ts';
export { SeedError, type Seed } from './seed/schema.ts';
export type { CustomClaims, CustomClaimsInput } from './oidc/custom-claims.ts';
