CREATE TABLE "member_reading" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"complete_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "members" (
	"tenant" text NOT NULL,
	"subject" text NOT NULL,
	"name" text,
	"email" text,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"roles" text[] NOT NULL,
	"sources" text[] NOT NULL,
	"created_at" timestamp with time zone,
	"last_sign_in_at" timestamp with time zone,
	"search_text" text NOT NULL,
	"sort_name" text NOT NULL,
	"read_at" timestamp with time zone NOT NULL,
	CONSTRAINT "members_tenant_subject_pk" PRIMARY KEY("tenant","subject")
);
--> statement-breakpoint
CREATE TABLE "role_changes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant" text NOT NULL,
	"subject" text NOT NULL,
	"role" text NOT NULL,
	"change" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"status" text DEFAULT 'started' NOT NULL
);
--> statement-breakpoint
CREATE INDEX "members_by_subject" ON "members" USING btree ("subject");--> statement-breakpoint
CREATE INDEX "members_by_name" ON "members" USING btree ("tenant","sort_name","subject");--> statement-breakpoint
CREATE INDEX "members_by_sign_in" ON "members" USING btree ("tenant",coalesce(last_sign_in_at, 'epoch'),"subject");--> statement-breakpoint
CREATE INDEX "role_changes_of_subject" ON "role_changes" USING btree ("subject","at");