import type { PermitDirectory } from '@latchkey/permissions/permit';
import type { policy } from '@latchkey/policy';

/** Permit's directory, typed by the console's policy. */
export type AppDirectory = PermitDirectory<typeof policy>;
