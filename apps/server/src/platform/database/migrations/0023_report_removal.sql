ALTER TABLE "reports" ADD COLUMN "deleted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "reports" ADD COLUMN "deleted_by" text;--> statement-breakpoint
ALTER TABLE "reports" ADD COLUMN "remove_after" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "reports_to_remove" ON "reports" USING btree ("remove_after") WHERE "reports"."remove_after" is not null;