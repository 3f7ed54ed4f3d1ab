CREATE TYPE "public"."user_standing" AS ENUM('active', 'suspended', 'gone');--> statement-breakpoint
CREATE TABLE "delivery_subjects" (
	"delivery_id" text NOT NULL,
	"subject" text NOT NULL,
	"settled_at" timestamp with time zone,
	"changes" jsonb,
	CONSTRAINT "delivery_subjects_delivery_id_subject_pk" PRIMARY KEY("delivery_id","subject")
);
--> statement-breakpoint
CREATE TABLE "directory_users" (
	"id" text PRIMARY KEY NOT NULL,
	"standing" "user_standing" NOT NULL,
	"version" bigint DEFAULT 0 NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sync_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"dry_run" boolean DEFAULT false NOT NULL,
	"force" boolean DEFAULT false NOT NULL,
	"requested_by" text,
	"status" text DEFAULT 'queued' NOT NULL,
	"progress" jsonb,
	"report" jsonb,
	"problem" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "sync_state" (
	"name" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "source" text DEFAULT 'webhook' NOT NULL;--> statement-breakpoint
ALTER TABLE "delivery_subjects" ADD CONSTRAINT "delivery_subjects_delivery_id_webhook_deliveries_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "public"."webhook_deliveries"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "subjects_waiting" ON "delivery_subjects" USING btree ("subject") WHERE settled_at is null;--> statement-breakpoint
CREATE INDEX "deliveries_by_subject" ON "delivery_subjects" USING btree ("subject");--> statement-breakpoint
CREATE INDEX "runs_by_age" ON "sync_runs" USING btree ("created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "deliveries_by_status" ON "webhook_deliveries" USING btree ("status","received_at" DESC NULLS LAST,"id");