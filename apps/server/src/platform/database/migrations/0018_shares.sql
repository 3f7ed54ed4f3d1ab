CREATE TABLE "shares" (
	"tenant" text NOT NULL,
	"resource" text NOT NULL,
	"instance" uuid NOT NULL,
	"subject" text NOT NULL,
	"role" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "shares_instance_subject_role_pk" PRIMARY KEY("instance","subject","role")
);
