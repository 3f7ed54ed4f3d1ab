/** Who can sign in after a start on fresh data, and the role that each is granted in the tenant `default`. */
export const people = [
  {
    id: 'ameliahart01',
    username: 'admin',
    password: 'latchkey-admin',
    role: 'admin',
    name: 'Amelia Hart',
    email: 'amelia.hart@latchkey.example',
  },
  {
    id: 'danielokoro2',
    username: 'editor',
    password: 'latchkey-editor',
    role: 'editor',
    name: 'Daniel Okoro',
    email: 'daniel.okoro@latchkey.example',
  },
  {
    id: 'seoyeonkim03',
    username: 'viewer',
    password: 'latchkey-viewer',
    role: 'viewer',
    name: '김서연',
    email: 'seoyeon.kim@latchkey.example',
  },
] as const;
