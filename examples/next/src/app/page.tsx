import Link from 'next/link';
import { visitor } from '../latchkey.ts';
import { enter, leave } from './actions.ts';

export default async function Home() {
  const user = await visitor();
  return (
    <form action={user ? leave : enter}>
      <Link href="/reports">Reports</Link>
      <button>{user ? 'Sign out' : 'Sign in'}</button>
    </form>
  );
}
