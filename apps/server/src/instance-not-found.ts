import { AppError } from './app-error.ts';

/**
 * For a report or a collection that the tenant does not have: the same error for unknown ones and those of another
 * tenant.
 */
export function instanceNotFound(resource: string, id: string): AppError {
  return resource === 'collections'
    ? new AppError('COLLECTION_NOT_FOUND', `There is no collection ${id} here.`)
    : new AppError('REPORT_NOT_FOUND', `There is no report ${id} here.`);
}
