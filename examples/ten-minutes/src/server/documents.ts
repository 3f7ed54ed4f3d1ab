import { serverAttributes, type ResourceRef } from '@latchkey/permissions';
import { policy } from '../policy.ts';

export interface Document {
  readonly id: string;
  readonly title: string;
  readonly status: 'draft' | 'published';
}

const byTenant = new Map<string, Map<string, Document>>();

/** Stands for your database. What is another tenant's is not found, before anyone asks whether it may be seen. */
export function documentsOf(tenant: string): Map<string, Document> {
  const documents = byTenant.get(tenant) ?? new Map<string, Document>();
  byTenant.set(tenant, documents);
  return documents;
}

/** What a question about a document is about: the instance, with what the server itself knows of it. */
export function about({ id, status }: Document): ResourceRef<'documents'> {
  return { key: id, attributes: serverAttributes(policy, 'documents', { status }) };
}
