CREATE TABLE "undone_decisions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"request_id" uuid NOT NULL,
	"decision" text NOT NULL,
	"decided_by" text NOT NULL,
	"decided_at" timestamp with time zone NOT NULL,
	"undone_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "access_grants" ADD COLUMN "previous_granted_by" text;--> statement-breakpoint
ALTER TABLE "access_grants" ADD COLUMN "previous_decided_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "access_grants" ADD COLUMN "previous_expires_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "access_grants" ADD COLUMN "previous_warned_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "access_grants" ADD COLUMN "assigning_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "request_notices" ADD COLUMN "kind" text DEFAULT 'asked' NOT NULL;--> statement-breakpoint
ALTER TABLE "request_notices" ADD COLUMN "ends_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "undone_decisions" ADD CONSTRAINT "undone_decisions_request_id_access_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."access_requests"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "undone_decisions_by_request" ON "undone_decisions" USING btree ("request_id","decided_at");