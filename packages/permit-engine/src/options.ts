/** Options for behaviour that Permit's public documentation leaves open, or that its sources disagree about. */
export interface EngineOptions {
  /**
   * Whether roles on an instance apply only to a check that names the instance's own tenant, and links between
   * instances of different tenants pass no roles. An instance whose tenant is not known counts as being in the
   * tenant that the check names. Default `false`: the vendor's graph is not told the tenants of instances, so the
   * tenant of an instance is for the application to check.
   */
  readonly rebacWithinTenants?: boolean | undefined;
  /**
   * Whether the tenant takes part in role derivation as the object `__tenant:<key>`: as a source
   * (`on_resource: "__tenant"`) and as a target (`granted_to` of a tenant role). Default `false`: no public policy,
   * example or test shows it.
   */
  readonly tenantsInDerivations?: boolean | undefined;
  /**
   * Whether `less-than` and the other order operators compare values of any types, as Rego does (null, boolean,
   * number, string, list, object, set: `"a"` is greater than 5), and whether `not-equals` holds between values of
   * different types. Default `false`, which grants less: such comparisons never hold, negated or not. The code that
   * the vendor generates for them is not public.
   */
  readonly compareMixedTypes?: boolean | undefined;
  /**
   * Whether roles on instances are written `owner`, as the vendor's documentation shows them. Default `false`:
   * `document:d1#owner`, as its policy and its tests do, in `authorizedUsers` and in `allowing_roles` of `debug`.
   */
  readonly plainRoleNames?: boolean | undefined;
}
