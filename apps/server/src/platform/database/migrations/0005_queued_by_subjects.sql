DROP INDEX "subjects_waiting";--> statement-breakpoint
DROP INDEX "deliveries_unqueued";--> statement-breakpoint
DROP INDEX "deliveries_by_status";--> statement-breakpoint
CREATE INDEX "deliveries_by_time" ON "webhook_deliveries" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "deliveries_by_status" ON "webhook_deliveries" USING btree ("status","received_at");--> statement-breakpoint
ALTER TABLE "webhook_deliveries" DROP COLUMN "queued_at";