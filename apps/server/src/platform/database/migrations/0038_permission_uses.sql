CREATE TABLE "permission_uses" (
	"tenant" text NOT NULL,
	"subject" text NOT NULL,
	"permission" text NOT NULL,
	"instance" text NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	CONSTRAINT "permission_uses_tenant_subject_permission_instance_pk" PRIMARY KEY("tenant","subject","permission","instance")
);
--> statement-breakpoint
INSERT INTO "permission_uses" ("tenant", "subject", "permission", "instance", "last_at")
SELECT "tenant", coalesce("subject", "actor"), "action", coalesce("instance", ''), max("at")
FROM "audit_events"
WHERE "kind" = 'decision' AND "outcome" = 'allow' AND coalesce("subject", "actor") IS NOT NULL
	AND NOT coalesce("detail" ? 'viewAs', false)
GROUP BY 1, 2, 3, 4;
