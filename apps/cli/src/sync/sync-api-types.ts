import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';

type Answers = inferRouterOutputs<AppRouter>['sync'];

export type SyncStatus = Answers['status'];
export type Drift = Answers['drift'];
/** A run over everything. */
export type Run = SyncStatus['runs'][number];
export type DeliveryPage = Answers['deliveries'];
export type ListedDelivery = DeliveryPage['items'][number];
/** A delivery with its life. */
export type Delivery = Answers['delivery'];

export type DeliveriesInput = inferRouterInputs<AppRouter>['sync']['deliveries'];
