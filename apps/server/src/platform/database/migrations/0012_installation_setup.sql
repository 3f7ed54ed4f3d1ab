CREATE TABLE "installation_setup" (
	"id" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"ended_at" timestamp with time zone NOT NULL,
	"dismissed_by" text,
	CONSTRAINT "installation_setup_one_row" CHECK ("installation_setup"."id")
);
