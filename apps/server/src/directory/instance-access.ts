import type { Holder } from './roles-in-tenant.ts';

type On = Holder & { readonly instance: string };

/** Access to reports and collections (`reports:<id>`), for features that assign roles on them. */
export interface InstanceAccess {
  /** Returns the user's roles on the instance that are inherited from another instance. @throws {PermitApiError} */
  inherited(held: On): Promise<readonly string[]>;
  /** Returns what a user with only these permissions on the instance would lack to open it; `null` for nothing. */
  lacks(user: On & { readonly permissions: readonly string[] }): Promise<'NOT_CLEARED' | 'DRAFT' | null>;
  /** Records that `by` assigned the role. */
  recordShare(role: On & { readonly role: string; readonly by: string }): Promise<void>;
  forgetShare(role: On & { readonly role: string }): Promise<void>;
}
