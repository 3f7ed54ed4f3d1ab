/**
 * Options for behaviour that Permit's public documentation leaves open. Each default is the choice that grants
 * less; switch it when you know how your installation behaves.
 */
export interface EngineOptions {
  /**
   * Whether roles on an instance apply to a check that names a tenant other than the instance's own, and whether
   * roles pass along links between instances of different tenants. Default `false`. An instance whose tenant is
   * not known counts as being in the tenant that the check names.
   */
  readonly rebacAcrossTenants?: boolean | undefined;
  /**
   * Whether the tenant takes part in role derivation as the object `__tenant:<key>`: as a source
   * (`on_resource: "__tenant"`) and as a target (`granted_to` of a tenant role). Default `false`: no public policy,
   * example or test shows it.
   */
  readonly tenantsInDerivations?: boolean | undefined;
  /**
   * Whether `less-than` and the other order operators compare values of any types, as Rego does (null, boolean,
   * number, string, list, object, set: `"a"` is greater than 5), and whether `not-equals` holds between values of
   * different types. Default `false`: such comparisons never hold, negated or not. The code that the vendor
   * generates for them is not public.
   */
  readonly compareMixedTypes?: boolean | undefined;
}
