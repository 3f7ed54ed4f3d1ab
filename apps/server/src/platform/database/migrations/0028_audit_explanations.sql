CREATE TABLE "audit_explanations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"tenant" text NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"instance" text,
	"outcome" text NOT NULL,
	"explained" jsonb NOT NULL
);
--> statement-breakpoint
CREATE INDEX "explanations_of_decision" ON "audit_explanations" USING btree ("tenant","actor","action","at");--> statement-breakpoint
CREATE INDEX "explanations_by_time" ON "audit_explanations" USING btree ("at");--> statement-breakpoint
CREATE INDEX "audit_by_resource" ON "audit_events" USING btree ("tenant","resource","at") WHERE resource is not null;