CREATE TABLE "notification_marks" (
	"tenant" text NOT NULL,
	"subject" text NOT NULL,
	"read_until" timestamp with time zone NOT NULL,
	"read_ids" text[] NOT NULL,
	"marked_at" timestamp with time zone NOT NULL,
	CONSTRAINT "notification_marks_tenant_subject_pk" PRIMARY KEY("tenant","subject")
);
--> statement-breakpoint
CREATE INDEX "notification_marks_by_time" ON "notification_marks" USING btree ("marked_at");