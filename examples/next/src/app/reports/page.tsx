import { rolesGranting } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import { permissions } from '../../lib/permissions.ts';
import { createReport } from '../actions.ts';

/** The guide's `permit.check(userId, 'view', 'reports')` as a gate: a name that the table does not have does not compile. */
export default async function ReportsPage() {
  const [mayView, mayCreate] = await Promise.all([
    permissions.can('reports:view'),
    permissions.can('reports:create'),
  ]);
  if (!mayView) return <p role="alert">{who('reports:view')} may see the reports.</p>;
  return (
    <>
      <h1>All reports</h1>
      <form action={createReport}>
        <button type="submit" disabled={!mayCreate}>
          New report
        </button>
      </form>
      {mayCreate || <p>{who('reports:create')} may create reports.</p>}
    </>
  );
}

/** `Only editor or admin`: the table says who could. */
function who(permission: AppPermission): string {
  const roles = new Intl.ListFormat('en', { type: 'disjunction' });
  return `Only ${roles.format(rolesGranting(policy, permission).tenant)}`;
}
