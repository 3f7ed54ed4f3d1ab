CREATE TABLE "audit_counts" (
	"tenant" text NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"kind" text NOT NULL,
	"action" text NOT NULL,
	"outcome" text NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "audit_counts_tenant_hour_kind_action_outcome_pk" PRIMARY KEY("tenant","hour","kind","action","outcome")
);
--> statement-breakpoint
CREATE TABLE "audit_events" (
	"at" timestamp with time zone NOT NULL,
	"id" uuid NOT NULL,
	"tenant" text NOT NULL,
	"kind" text NOT NULL,
	"action" text NOT NULL,
	"outcome" text NOT NULL,
	"actor" text,
	"actor_kind" text NOT NULL,
	"channel" text NOT NULL,
	"subject" text,
	"resource" text,
	"instance" text,
	"reason" text,
	"detail" jsonb,
	"latency" integer,
	"request_id" text,
	"written_by" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	CONSTRAINT "audit_events_at_id_pk" PRIMARY KEY("at","id")
) PARTITION BY RANGE ("at");
--> statement-breakpoint
CREATE INDEX "audit_by_time" ON "audit_events" USING btree ("tenant","at","id");--> statement-breakpoint
CREATE INDEX "audit_by_actor" ON "audit_events" USING btree ("tenant","actor","at");--> statement-breakpoint
CREATE INDEX "audit_by_subject" ON "audit_events" USING btree ("tenant","subject","at") WHERE subject is not null;--> statement-breakpoint
CREATE INDEX "audit_by_instance" ON "audit_events" USING btree ("tenant","instance","at") WHERE instance is not null;--> statement-breakpoint
CREATE INDEX "audit_by_action" ON "audit_events" USING btree ("tenant","action","at");--> statement-breakpoint
CREATE INDEX "audit_refused" ON "audit_events" USING btree ("tenant","at") WHERE outcome not in ('allow', 'done');--> statement-breakpoint
CREATE INDEX "audit_changes" ON "audit_events" USING btree ("tenant","at") WHERE kind = 'change';--> statement-breakpoint
CREATE INDEX "audit_by_writing" ON "audit_events" USING btree ("written_by","id");