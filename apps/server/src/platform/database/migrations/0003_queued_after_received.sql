ALTER TABLE "webhook_deliveries" ADD COLUMN "subjects" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "queued_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "deliveries_unqueued" ON "webhook_deliveries" USING btree ("received_at") WHERE queued_at is null;