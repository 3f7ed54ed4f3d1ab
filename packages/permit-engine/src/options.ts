/**
 * What the vendor's public material leaves open. Each default is the choice that grants less; each is a switch so that
 * an installation that knows better can say so.
 */
export interface EngineOptions {
  /**
   * Whether a relation of an instance to its tenant lets a *tenant* role derive an instance role
   * (`on_resource: "__tenant"`). Default `false`: not shown in any public example or test.
   */
  readonly deriveFromTenantRoles?: boolean | undefined;
}
