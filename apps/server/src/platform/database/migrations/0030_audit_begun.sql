CREATE TABLE "audit_begun" (
	"id" uuid PRIMARY KEY NOT NULL,
	"begun_at" timestamp with time zone NOT NULL,
	"event" jsonb NOT NULL
);
