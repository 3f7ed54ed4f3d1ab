CREATE TABLE "review_keys" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"private_key" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "review_notes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"review" uuid NOT NULL,
	"by" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"text" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "review_rows" (
	"review" uuid NOT NULL,
	"position" integer NOT NULL,
	"position_by_role" integer NOT NULL,
	"subject" text NOT NULL,
	"role" text NOT NULL,
	"instance" text,
	"facts" jsonb NOT NULL,
	"flags" text[] NOT NULL,
	"reviewer" text,
	"search_text" text NOT NULL,
	"decision" text,
	"new_role" text,
	"reason" text,
	"decided_by" text,
	"decided_at" timestamp with time zone,
	"revision" integer DEFAULT 0 NOT NULL,
	"outcome" text,
	"failure" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone,
	"verified_at" timestamp with time zone,
	"is_unchanged" boolean DEFAULT false NOT NULL,
	CONSTRAINT "review_rows_review_position_pk" PRIMARY KEY("review","position")
);
--> statement-breakpoint
CREATE TABLE "reviews" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant" text NOT NULL,
	"name" text NOT NULL,
	"scope" jsonb NOT NULL,
	"chosen" jsonb NOT NULL,
	"reviewers" text[] DEFAULT '{}' NOT NULL,
	"status" text NOT NULL,
	"recurrence" text NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"finished_by" text,
	"finished_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"previous" uuid,
	"completeness" jsonb,
	"prepared" integer DEFAULT 0 NOT NULL,
	"failure" text,
	"evidence" text,
	"seal" jsonb,
	"claimed_until" timestamp with time zone,
	"reminded_at" timestamp with time zone,
	"next_at" timestamp with time zone,
	"starts_itself" boolean DEFAULT false NOT NULL,
	"released_at" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "review_notes_of_review" ON "review_notes" USING btree ("review","at");--> statement-breakpoint
CREATE INDEX "review_rows_by_role" ON "review_rows" USING btree ("review","position_by_role");--> statement-breakpoint
CREATE INDEX "review_rows_undecided" ON "review_rows" USING btree ("review","reviewer") WHERE decision is null;--> statement-breakpoint
CREATE INDEX "review_rows_of_subject" ON "review_rows" USING btree ("review","subject");--> statement-breakpoint
CREATE INDEX "review_rows_to_apply" ON "review_rows" USING btree ("review","next_attempt_at") WHERE outcome in ('pending', 'failed');--> statement-breakpoint
CREATE INDEX "reviews_of_tenant" ON "reviews" USING btree ("tenant","created_at");--> statement-breakpoint
CREATE INDEX "reviews_to_work_on" ON "reviews" USING btree ("claimed_until") WHERE released_at is null and status <> 'draft';