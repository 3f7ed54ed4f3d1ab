/**
 * What the vendor's public material leaves open. Each default is the choice that grants less; each is a switch so that
 * an installation that knows better can say so.
 */
export interface EngineOptions {
  /**
   * Whether roles on an instance answer a check that names another tenant than the instance's own, and whether roles
   * pass along links between instances of different tenants. Default `false`. An instance whose tenant is not known
   * is taken to be in the tenant that the check names.
   */
  readonly rebacAcrossTenants?: boolean | undefined;
  /**
   * Whether the tenant takes part in role derivation as the object `__tenant:<key>`: as a source
   * (`on_resource: "__tenant"`) and as a target (`granted_to` of a tenant role). Default `false`: no public policy,
   * example or test shows it.
   */
  readonly tenantsInDerivations?: boolean | undefined;
  /**
   * Whether `less-than` and its kin order values of any types, as the policy language does (null, boolean, number,
   * string, list, object, set: `"a"` is greater than 5), and `not-equals` holds between values of different types.
   * Default `false`: such comparisons hold neither way. What code the vendor generates for them is not public.
   */
  readonly compareMixedTypes?: boolean | undefined;
}
