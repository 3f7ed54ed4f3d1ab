import Link from 'next/link';
import { visitor } from '../lib/permissions.ts';
import { enter, leave } from './actions.ts';

export default async function Home() {
  const isSignedIn = (await visitor()) !== undefined;
  return (
    <>
      <h1>Reports</h1>
      <Link href="/reports">Read them</Link>
      <form action={isSignedIn ? leave : enter}>
        <button type="submit">{isSignedIn ? 'Sign out' : 'Sign in'}</button>
      </form>
    </>
  );
}
