CREATE TABLE "invitation_attempts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"tenant" text NOT NULL,
	"invitation" text,
	"attempted_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "invitation_attempts_by_tenant" ON "invitation_attempts" USING btree ("tenant","attempted_at");