CREATE TABLE "audit_streams" (
	"target" text PRIMARY KEY NOT NULL,
	"written_by" "xid8" NOT NULL,
	"last_id" uuid NOT NULL,
	"claim" uuid,
	"next_attempt_at" timestamp with time zone NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL
);
