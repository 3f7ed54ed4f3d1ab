/** Options for behaviour that Permit's sources disagree about. */
export interface EngineOptions {
  /**
   * Whether roles on instances are written `owner`, as the vendor's documentation shows them. Default `false`:
   * `document:d1#owner`, as its policy and its tests do, in `authorizedUsers` and in `allowing_roles` of `debug`.
   */
  readonly plainRoleNames?: boolean | undefined;
}
