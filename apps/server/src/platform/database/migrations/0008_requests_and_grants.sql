CREATE TYPE "public"."access_grant_status" AS ENUM('pending', 'active', 'ending', 'ended', 'failed');--> statement-breakpoint
CREATE TYPE "public"."access_request_status" AS ENUM('open', 'approved', 'refused', 'withdrawn');--> statement-breakpoint
CREATE TABLE "access_grants" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant" text NOT NULL,
	"role" text NOT NULL,
	"resource" text,
	"instance" text,
	"subject" text NOT NULL,
	"status" "access_grant_status" DEFAULT 'pending' NOT NULL,
	"granted_by" text NOT NULL,
	"granted_at" timestamp with time zone NOT NULL,
	"decided_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone,
	"warned_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"failure" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "access_requests" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant" text NOT NULL,
	"role" text NOT NULL,
	"resource" text,
	"instance" text,
	"requester" text NOT NULL,
	"reason" text NOT NULL,
	"permission" text,
	"duration" integer,
	"status" "access_request_status" DEFAULT 'open' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp with time zone,
	"note" text,
	"grant_id" uuid
);
--> statement-breakpoint
ALTER TABLE "access_requests" ADD CONSTRAINT "access_requests_grant_id_access_grants_id_fk" FOREIGN KEY ("grant_id") REFERENCES "public"."access_grants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "grants_held_once" ON "access_grants" USING btree ("tenant","subject","role",coalesce("resource", ''),coalesce("instance", '')) WHERE status in ('pending', 'active', 'ending');--> statement-breakpoint
CREATE INDEX "grants_to_work_on" ON "access_grants" USING btree ("next_attempt_at") WHERE status in ('pending', 'ending');--> statement-breakpoint
CREATE INDEX "grants_by_end" ON "access_grants" USING btree ("expires_at") WHERE status in ('pending', 'active', 'ending');--> statement-breakpoint
CREATE INDEX "grants_by_ended" ON "access_grants" USING btree ("ended_at");--> statement-breakpoint
CREATE INDEX "grants_by_subject" ON "access_grants" USING btree ("tenant","subject");--> statement-breakpoint
CREATE UNIQUE INDEX "requests_open_once" ON "access_requests" USING btree ("tenant","requester","role",coalesce("resource", ''),coalesce("instance", '')) WHERE status = 'open';--> statement-breakpoint
CREATE INDEX "requests_by_requester" ON "access_requests" USING btree ("tenant","requester","created_at" DESC NULLS LAST,"id");--> statement-breakpoint
CREATE INDEX "requests_by_status" ON "access_requests" USING btree ("tenant","status","created_at" DESC NULLS LAST,"id");