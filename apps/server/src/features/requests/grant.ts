/** Why a grant was never carried out. The console has a text for each code. */
export type GrantFailure =
  /** Somebody gave the role by another way, between the approval and the grant: its end would take that away. */
  | 'ALREADY_HELD'
  /** The instance was deleted. */
  | 'INSTANCE_GONE'
  /** Permit refuses the assignment, and would refuse it again: the user was deleted, or the policy lost the role. */
  | 'PERMIT_REFUSED';
