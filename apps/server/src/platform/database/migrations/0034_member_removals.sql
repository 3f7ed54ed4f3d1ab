CREATE TABLE "member_removals" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant" text NOT NULL,
	"subject" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"roles" jsonb NOT NULL,
	"organization_roles" text[],
	"suspended" boolean NOT NULL,
	"done_at" timestamp with time zone,
	"undone_at" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "member_removals_of_subject" ON "member_removals" USING btree ("tenant","subject","at");