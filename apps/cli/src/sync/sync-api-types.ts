import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';

type Outputs = inferRouterOutputs<AppRouter>['sync'];

export type SyncStatus = Outputs['status'];
export type Drift = Outputs['drift'];
/** A run of sync over the whole directory. */
export type Run = SyncStatus['runs'][number];
export type DeliveryPage = Outputs['deliveries'];
export type ListedDelivery = DeliveryPage['items'][number];
/** A delivery with its subjects and its failed attempts. */
export type Delivery = Outputs['delivery'];

export type DeliveriesInput = inferRouterInputs<AppRouter>['sync']['deliveries'];
