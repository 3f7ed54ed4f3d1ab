import type { CallOrigin } from '../audit/record.ts';
import type { PlannedRemoval } from './review.ts';

/** What happens after the reviewers have decided. */
export interface ReviewWork {
  /**
   * The removals and changes that were decided, in the order of `position`: what each user loses and keeps.
   * @throws {PermitApiError}
   */
  planRemovals(
    review: { readonly tenant: string; readonly id: string },
    page: { readonly after: number; readonly limit: number },
  ): Promise<PlannedRemoval[]>;
  /** Ends the decisions and begins the removals. @throws {AppError} `REVIEW_STATUS`, `REVIEW_FINISHED` */
  finish(id: string, origin: CallOrigin): Promise<void>;
  /** Attempts failed removals immediately. @throws {AppError} `REVIEW_STATUS` */
  retry(id: string, origin: CallOrigin): Promise<void>;
  /** Gives up the removals that are still open, and seals the evidence. @throws {AppError} `REVIEW_STATUS` */
  close(id: string, origin: CallOrigin): Promise<void>;
  /** Adds a correction to a closed review. @throws {AppError} `REVIEW_STATUS` */
  addNote(id: string, text: string, origin: CallOrigin): Promise<void>;
}
