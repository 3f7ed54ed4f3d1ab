import { rolesGranting } from '@latchkey/permissions';
import { permissions } from '../../latchkey.ts';
import { policy } from '../../policy.ts';
import { createReport } from '../actions.ts';

export default async function Reports() {
  await permissions.require('reports:view', undefined);
  const mayCreate = await permissions.can('reports:create', undefined);
  const creators = rolesGranting(policy, 'reports:create').tenant.join(' or ');
  return (
    <form action={createReport}>
      <h1>All reports</h1>
      <button disabled={!mayCreate}>New report</button>
      {mayCreate || <p>Only {creators} can create reports.</p>}
    </form>
  );
}
