/** Who can sign in after a start on fresh data, and the role that each is granted in the tenant `default`. */
export declare const people: readonly [
  {
    readonly id: 'ameliahart01';
    readonly username: 'admin';
    readonly password: 'latchkey-admin';
    readonly role: 'admin';
    readonly name: 'Amelia Hart';
    readonly email: 'amelia.hart@latchkey.example';
  },
  {
    readonly id: 'danielokoro2';
    readonly username: 'editor';
    readonly password: 'latchkey-editor';
    readonly role: 'editor';
    readonly name: 'Daniel Okoro';
    readonly email: 'daniel.okoro@latchkey.example';
  },
  {
    readonly id: 'seoyeonkim03';
    readonly username: 'viewer';
    readonly password: 'latchkey-viewer';
    readonly role: 'viewer';
    readonly name: '김서연';
    readonly email: 'seoyeon.kim@latchkey.example';
  },
];
