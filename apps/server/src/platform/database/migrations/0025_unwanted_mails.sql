CREATE TABLE "unwanted_mails" (
	"tenant" text NOT NULL,
	"subject" text NOT NULL,
	"kind" text NOT NULL,
	CONSTRAINT "unwanted_mails_tenant_subject_kind_pk" PRIMARY KEY("tenant","subject","kind")
);
