CREATE TABLE "audit_views" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant" text NOT NULL,
	"owner" text NOT NULL,
	"name" text NOT NULL,
	"filter" jsonb NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "audit_views_by_owner" ON "audit_views" USING btree ("tenant","owner","name");