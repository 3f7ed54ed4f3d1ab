CREATE TABLE "delivery_attempts" (
	"delivery_id" text NOT NULL,
	"subject" text NOT NULL,
	"failed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"code" text NOT NULL,
	"status" integer,
	"detail" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "permit_budgets" (
	"kind" text PRIMARY KEY NOT NULL,
	"tokens" double precision NOT NULL,
	"filled_at" timestamp with time zone DEFAULT now() NOT NULL,
	"pace" double precision DEFAULT 1 NOT NULL,
	"closed_until" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "delivery_attempts" ADD CONSTRAINT "delivery_attempts_delivery_id_webhook_deliveries_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "public"."webhook_deliveries"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attempts_of_delivery" ON "delivery_attempts" USING btree ("delivery_id","failed_at");--> statement-breakpoint
-- Deliveries that the first schema kept without saying whom they are about: by their body, or by a run over everything.
UPDATE "webhook_deliveries" SET "queued_at" = NULL, "subjects" = ARRAY[CASE
	WHEN "event" LIKE 'User.%' OR "event" LIKE 'Post%' THEN coalesce(
		'user:' || coalesce("body"::jsonb->'data'->>'id', "body"::jsonb->'user'->>'id', "body"::jsonb->'params'->>'userId', "body"::jsonb->>'userId'),
		'directory')
	ELSE 'directory' END]
WHERE "status" = 'pending' AND "subjects" = '{}';
