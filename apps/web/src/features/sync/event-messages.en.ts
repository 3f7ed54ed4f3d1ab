/** What each of Logto's events tells. */
export const enEvents = {
  PostRegister: 'Someone signed up',
  PostSignIn: 'Someone signed in',
  User: {
    Created: 'User created',
    Data: { Updated: 'User’s details changed' },
    SuspensionStatus: { Updated: 'User suspended or let back in' },
    Deleted: 'User deleted',
  },
  Organization: {
    Created: 'Organization created',
    Data: { Updated: 'Organization’s details changed' },
    Membership: { Updated: 'Members changed' },
    Deleted: 'Organization deleted',
  },
  Role: { Data: { Updated: 'Role changed' }, Deleted: 'Role deleted' },
  OrganizationRole: {
    Data: { Updated: 'Organization role changed' },
    Deleted: 'Organization role deleted',
  },
} as const;
