/** Why a grant failed. The console has a message for each code. */
export type GrantFailure =
  /** The role was assigned otherwise between the approval and the grant, and the grant's end would remove that. */
  | 'ALREADY_HELD'
  /** The instance was deleted. */
  | 'INSTANCE_GONE'
  /** Permit refuses the assignment permanently: the user was deleted, or the policy no longer has the role. */
  | 'PERMIT_REFUSED';
