import { redirect } from 'next/navigation';
import { visitorPermissions } from '../../lib/permissions.ts';
import { createReport } from '../actions.ts';

/** The guide's `permit.check(userId, 'view', 'reports')` as a gate: the names are the table's, the user is the session's. */
export default async function ReportsPage() {
  const permissions = await visitorPermissions();
  if (permissions === undefined) redirect('/');
  // Checks of one tick are one call to the PDP.
  const [view, create] = await Promise.all([
    permissions.check('reports:view'),
    permissions.check('reports:create'),
  ]);
  if (view.outcome === 'deny') return <p role="alert">{askFor(view.grantedBy)} may see the reports.</p>;
  return (
    <>
      <h1>All reports</h1>
      <form action={createReport}>
        <button type="submit" disabled={create.outcome === 'deny'}>
          New report
        </button>
      </form>
      {create.outcome === 'deny' && <p>{askFor(create.grantedBy)} may create reports.</p>}
    </>
  );
}

function askFor(roles: readonly string[]): string {
  return `Only ${new Intl.ListFormat('en', { type: 'disjunction' }).format(roles)}`;
}
