CREATE TABLE "blocked_applications" (
	"tenant" text NOT NULL,
	"client_id" text NOT NULL,
	"name" text,
	"reason" text,
	"blocked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"blocked_by" text NOT NULL,
	CONSTRAINT "blocked_applications_tenant_client_id_pk" PRIMARY KEY("tenant","client_id")
);
--> statement-breakpoint
CREATE TABLE "connected_applications" (
	"tenant" text NOT NULL,
	"subject" text NOT NULL,
	"client_id" text NOT NULL,
	"state" text NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"name" text,
	"scopes" text[] DEFAULT '{}' NOT NULL,
	"first_used_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "connected_applications_subject_client_id_tenant_pk" PRIMARY KEY("subject","client_id","tenant")
);
--> statement-breakpoint
CREATE INDEX "connections_in_tenant" ON "connected_applications" USING btree ("tenant","client_id","subject") WHERE state <> 'ended';--> statement-breakpoint
CREATE INDEX "audit_by_application" ON "audit_events" USING btree ("tenant",(detail -> 'via' ->> 'clientId'),"at") WHERE detail ? 'via';