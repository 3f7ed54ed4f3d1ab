import type { CallOrigin } from '../audit/record.ts';
import type { CreateInput } from './review.ts';

export interface ReviewManagement {
  create(input: CreateInput, origin: CallOrigin): Promise<{ readonly id: string }>;
  /** @throws {AppError} `REVIEW_STATUS` */
  start(id: string, origin: CallOrigin): Promise<void>;
  /** @throws {AppError} `REVIEW_STATUS` */
  cancel(id: string, origin: CallOrigin): Promise<void>;
}
